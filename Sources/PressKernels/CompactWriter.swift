internal import PressTensor

extension CodePiece {
  /// Calls `body` with the place of every element that is stored.
  @inline(__always)
  func forEachStored(_ body: (Int) -> Void) {
    guard let mask else {
      for place in places { body(place) }
      return
    }
    mask.rawSpan.forEachSetBit { body(places.lowerBound + $0) }
  }
}

/// Counts the symbols that the gaps of rows would take at each width.
struct GapMeasure {
  private let columns: Int
  private var row = 0
  private var rowStart = 0
  private var expected = 0
  private var symbols = [Int](repeating: 0, count: 9)
  /// The elements so far.
  private(set) var kept = 0

  init(columns: Int) {
    self.columns = max(columns, 1)
  }

  /// Takes the next place.
  @inline(__always)
  mutating func add(_ place: Int) {
    while place - rowStart >= columns {
      rowStart += columns
      expected = rowStart
    }
    let gap = place - expected
    expected = place + 1
    kept += 1
    for width in 1...8 { symbols[width] += gap < 1 << width - 1 ? 1 : gap / (1 << width - 1) + 1 }
  }

  /// The width with the fewest bits, and its symbols.
  var best: (width: Int, symbols: Int) {
    var width = 8
    for other in 1..<8 where symbols[other] * other < symbols[width] * width { width = other }
    return (width, symbols[width])
  }
}

/// Packs symbols of a fixed number of bits, from the lowest bit of each byte on.
struct BitSink {
  private var pending: UInt64 = 0
  private var available = 0
  private var next = 0

  /// Appends at most 32 bits; what does not fit the target is lost.
  @inline(__always)
  mutating func append(_ bits: UInt32, count: Int, to target: inout MutableSpan<UInt8>) {
    pending |= UInt64(bits) << UInt64(available)
    available += count
    while available >= 8 {
      if next < target.count { target[next] = UInt8(truncatingIfNeeded: pending) }
      next += 1
      pending >>= 8
      available -= 8
    }
  }

  /// Writes the bits of the last byte.
  mutating func finish(_ target: inout MutableSpan<UInt8>) {
    if available > 0, next < target.count { target[next] = UInt8(truncatingIfNeeded: pending) }
  }
}

/// Where the rows of a compact weight start, while it is written.
struct CompactWriter {
  let rows: Int
  let columns: Int
  private let width: Int
  private let bits: Int
  private var rowStart = 0
  private var expected = 0
  private(set) var symbols = 0
  private(set) var kept = 0
  private(set) var symbolStarts: [UInt32] = [0]
  private(set) var valueStarts: [UInt32] = [0]
  /// The packed codes, once they are.
  var codes = AlignedBuffer<UInt8>([])

  init(rows: Int, columns: Int, width: Int, bits: Int) {
    (self.rows, self.columns, self.width, self.bits) = (rows, columns, width, bits)
    symbolStarts.reserveCapacity(rows + 1)
    valueStarts.reserveCapacity(rows + 1)
  }

  /// Writes the elements of a piece.
  mutating func add(
    _ piece: CodePiece, _ codeBytes: Int, _ gapSink: inout BitSink,
    _ gaps: inout MutableSpan<UInt8>, _ codeSink: inout BitSink, _ codes: inout MutableSpan<UInt8>
  ) throws(CodeProblem) {
    let skip = 1 << width - 1
    var index = 0
    let source = piece.codes
    piece.forEachStored { place in
      while place - rowStart >= columns { endRow() }
      var gap = place - expected
      while gap >= skip {
        gapSink.append(UInt32(skip), count: width, to: &gaps)
        symbols += 1
        gap -= skip
      }
      gapSink.append(UInt32(gap), count: width, to: &gaps)
      symbols += 1
      expected = place + 1
      kept += 1
      var code: UInt32 = 0
      for byte in 0..<codeBytes { code |= UInt32(source[index + byte]) << UInt32(8 * byte) }
      index += codeBytes
      codeSink.append(code, count: bits, to: &codes)
    }
    guard symbols < Int(UInt32.max) else { throw .badPieces }
  }

  private mutating func endRow() {
    symbolStarts.append(UInt32(truncatingIfNeeded: symbols))
    valueStarts.append(UInt32(truncatingIfNeeded: kept))
    rowStart += columns
    expected = rowStart
  }

  /// Ends the rows that have not ended.
  mutating func finishRows() {
    while symbolStarts.count <= rows { endRow() }
  }
}
