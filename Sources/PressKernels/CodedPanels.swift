internal import CPressKernels

/// A dense weight that stays codes while layers run: panels of sixteen output channels, of which no
/// more than a tile is ever decoded.
public struct CodedPanels: Sendable {
  /// How the elements of a stream fall into the matrix of a layer.
  public struct Layout: Sendable {
    /// Output channels of all groups together.
    public var rows: Int
    /// The groups, each with its own panels.
    public var groups: Int
    /// The elements of a window.
    public var taps: Int
    /// The input channels of a group.
    public var channels: Int
    /// Whether the stream is (channels, rows) rather than (rows, channels, taps).
    public var isTransposed: Bool

    /// A layout from its sizes; the groups divide the rows.
    public init(
      rows: Int, groups: Int = 1, taps: Int = 1, channels: Int, isTransposed: Bool = false
    ) {
      precondition(groups > 0 && rows % groups == 0, "groups divide the rows")
      (self.rows, self.groups, self.taps, self.channels) = (rows, groups, taps, channels)
      self.isTransposed = isTransposed
    }

    /// The elements that each row sums over.
    public var columns: Int { taps * channels }

    var panels: Int {
      let lanes = Int(PRESS_LANES)
      return (rows / groups + lanes - 1) / lanes * groups
    }
  }

  /// The elements' places.
  public let layout: Layout
  let parameters: CodeParameters
  /// The bits of a code in memory: 1, 2, 4, 8 or 16.
  let bits: Int
  let codes: AlignedBuffer<UInt8>
  let parts: AlignedBuffer<UInt32>?
  let scales: FloatBuffer?

  /// The codes of a weight, piece after piece in the order of its stream.
  ///
  /// Each row is multiplied by its element of `rowScale`. Ternary and binary parameters need parts
  /// whose columns follow one another: one for each row, or a single tap.
  ///
  /// - Throws: `CodeProblem`, or whatever `read` throws.
  public init(
    _ layout: Layout, _ parameters: CodeParameters, rowScale: [Float]? = nil,
    read: ((CodePiece) throws -> Void) throws -> Void
  ) throws {
    self.layout = layout
    self.parameters = parameters
    let bits =
      parameters.bits <= 1
      ? 1
      : parameters.bits <= 2
        ? 2
        : parameters.bits <= 4
          ? 4
          : parameters.bits <= 8 ? 8 : 16
    self.bits = bits
    scales = rowScale.map { FloatBuffer($0) }
    let isParted = parameters.rowParts > 1
    parts =
      isParted && !parameters.areSigns
      ? AlignedBuffer(CodedPanels.parts(layout, parameters.partColumns)) : nil
    let count = layout.rows * layout.columns
    var packing = press_code_packing(
      rows: layout.rows, groups: layout.groups, taps: layout.taps, channels: layout.channels,
      is_transposed: layout.isTransposed, kind: parameters.kind.view, bits: UInt32(bits))
    codes = try AlignedBuffer(count: layout.panels * layout.columns * 2 * bits) { span in
      var next = 0
      try unsafe span.withUnsafeMutableBufferPointer { target in
        try read { piece in
          try piece.check(parameters, start: next, end: count)
          unsafe piece.codes.withUnsafeBufferPointer { source in
            unsafe press_pack_codes(
              &packing, next, piece.places.count, source.baseAddress, target.baseAddress)
          }
          next = piece.places.upperBound
        }
      }
      guard next == count else { throw CodeProblem.badPieces }
    }
  }

  /// The part of each k.
  private static func parts(_ layout: Layout, _ partColumns: Int) -> [UInt32] {
    (0..<layout.columns).map { k in
      let column = k % layout.channels * layout.taps + k / layout.channels
      return UInt32(truncatingIfNeeded: column / partColumns)
    }
  }

  /// The bytes that the weight takes in memory.
  public var byteCount: Int {
    codes.byteCount + parameters.byteCount + (parts?.byteCount ?? 0) + (scales?.byteCount ?? 0)
  }

  /// The weight as C sees it; the buffers must outlive its use.
  var view: press_coded {
    unsafe press_coded(
      kind: parameters.kind.view, bits: UInt32(bits), codes: codes.pointer,
      parameters: parameters.parameters.pointer, part_floats: parameters.partFloats,
      row_parts: parameters.rowParts, parts: parts?.pointer,
      part_depth: max(1, min(parameters.partColumns, layout.columns)), scales: scales?.pointer)
  }

  /// How the codes are used, as reports say it.
  public var use: String { parameters.areSigns ? "added and subtracted" : "decoded by tiles" }

  /// The floats of memory that each thread needs for tiles.
  static var threadFloats: Int { Int(PRESS_CODED_TILE) }
}

extension CodeParameters {
  /// Whether elements are added and subtracted rather than decoded.
  public var areSigns: Bool {
    switch kind {
    case .ternary, .binary: true
    default: false
    }
  }
}

extension CodedPanels {
  /// The elements as floats, in panels of sixteen rows.
  func decoded() -> FloatBuffer {
    precondition(!parameters.areSigns, "signs are not decoded")
    let lanes = Int(PRESS_LANES)
    let (columns, own) = (layout.columns, layout.rows / layout.groups)
    let groupPanels = (own + lanes - 1) / lanes
    return FloatBuffer(count: layout.panels * columns * lanes) { span in
      let view = unsafe self.view
      unsafe span.withUnsafeMutableBufferPointer { target in
        for panel in 0..<layout.panels {
          let row = panel / max(groupPanels, 1) * own + panel % max(groupPanels, 1) * lanes
          let laneStride = unsafe view.row_parts * view.part_floats
          var decode = unsafe press_decode(
            kind: view.kind, bits: view.bits, depth: columns,
            codes: view.codes + panel * columns * 2 * bits,
            parameters: view.parameters + row * laneStride, part_stride: view.part_floats,
            lane_stride: laneStride, parts: view.parts,
            scales: view.scales.map { unsafe $0 + row },
            y: target.baseAddress.map { unsafe $0 + panel * columns * lanes })
          unsafe KernelTable.best.table.pointee.decode(&decode)
        }
      }
      extendLifetime(self)
    }
  }
}
