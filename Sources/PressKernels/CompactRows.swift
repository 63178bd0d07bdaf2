internal import CPressKernels

/// A sparse weight that stays small while layers run: gaps between elements and codes of them, packed,
/// of which no more than a row is ever expanded.
public struct CompactRows: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The number of elements that are stored.
  public let count: Int
  let parameters: CodeParameters
  let gapBits: Int
  let symbolStarts: AlignedBuffer<UInt32>
  let valueStarts: AlignedBuffer<UInt32>
  let gaps: AlignedBuffer<UInt8>
  let codes: AlignedBuffer<UInt8>
  let scales: FloatBuffer?

  /// The elements of a weight, piece after piece, row after row.
  ///
  /// `read` is called twice: first the gaps are measured, then everything is packed. Each row is
  /// multiplied by its element of `rowScale`.
  ///
  /// - Throws: `CodeProblem`, or whatever `read` throws.
  public init(
    rows: Int, columns: Int, _ parameters: CodeParameters, rowScale: [Float]? = nil,
    read: ((CodePiece) throws -> Void) throws -> Void
  ) throws {
    precondition(!parameters.areSigns, "compact rows have no masks of signs")
    (self.rows, self.columns, self.parameters) = (rows, columns, parameters)
    scales = rowScale.map { FloatBuffer($0) }
    var measure = GapMeasure(columns: columns)
    var next = 0
    try read { piece in
      try piece.check(parameters, start: next, end: rows * columns)
      piece.forEachStored { measure.add($0) }
      next = piece.places.upperBound
    }
    guard next == rows * columns, measure.kept < Int(UInt32.max) else {
      throw CodeProblem.badPieces
    }
    count = measure.kept
    let (width, symbols) = measure.best
    guard symbols < Int(UInt32.max) else { throw CodeProblem.badPieces }
    var writer = CompactWriter(rows: rows, columns: columns, width: width, bits: parameters.bits)
    gaps = try AlignedBuffer(count: (symbols * width + 7) / 8) { gapSpan in
      writer.codes = try CompactRows.packed(
        count: measure.kept, parameters, &writer, &gapSpan, read: read)
    }
    gapBits = width
    codes = writer.codes
    symbolStarts = AlignedBuffer(writer.symbolStarts)
    valueStarts = AlignedBuffer(writer.valueStarts)
    guard writer.kept == measure.kept, writer.symbols == symbols else {
      throw CodeProblem.badPieces
    }
  }

  /// Writes gaps and codes; pieces that are others than those measured are an error.
  private static func packed(
    count: Int, _ parameters: CodeParameters, _ writer: inout CompactWriter,
    _ gaps: inout MutableSpan<UInt8>, read: ((CodePiece) throws -> Void) throws -> Void
  ) throws -> AlignedBuffer<UInt8> {
    var (next, kept) = (0, writer)
    var gapSink = BitSink()
    var codeSink = BitSink()
    let total = writer.rows * writer.columns
    let codes = try AlignedBuffer<UInt8>(count: (count * parameters.bits + 7) / 8) { span in
      try read { piece in
        try piece.check(parameters, start: next, end: total)
        try kept.add(piece, parameters.streamBytes, &gapSink, &gaps, &codeSink, &span)
        next = piece.places.upperBound
      }
      gapSink.finish(&gaps)
      codeSink.finish(&span)
    }
    kept.finishRows()
    writer = kept
    return codes
  }

  /// The bytes that the weight takes in memory.
  public var byteCount: Int {
    symbolStarts.byteCount + valueStarts.byteCount + gaps.byteCount + codes.byteCount
      + parameters.byteCount + (scales?.byteCount ?? 0)
  }

  /// The weight as C sees it; the buffers must outlive its use.
  var view: press_compact {
    unsafe press_compact(
      symbol_starts: symbolStarts.pointer, value_starts: valueStarts.pointer,
      gap_bits: UInt32(gapBits), gaps: gaps.pointer, codes: codes.pointer,
      kind: parameters.kind.view, bits: UInt32(parameters.bits),
      parameters: parameters.parameters.pointer, part_floats: parameters.partFloats,
      row_parts: parameters.rowParts, part_columns: min(parameters.partColumns, max(columns, 1)),
      scales: scales?.pointer)
  }

  /// The floats of memory that each thread needs for a row.
  var threadFloats: Int { 2 * columns }
}
