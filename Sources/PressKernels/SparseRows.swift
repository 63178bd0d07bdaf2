import PressTensor

/// A sparse matrix by rows: of each stored element its column and its value, and where rows start.
public struct SparseRows: Sendable {
  /// The column of each element, in the narrowest type that holds them all.
  enum Columns: Sendable {
    case narrow(AlignedBuffer<UInt16>)
    case wide(AlignedBuffer<UInt32>)
  }

  let rowStarts: AlignedBuffer<UInt32>
  let columns: Columns
  let values: FloatBuffer

  /// The elements under a mask, one bit each, row-major, lowest bit first.
  ///
  /// The mask is of a (rows, columns) matrix, or of a (columns, rows) one where `isTransposed`.
  /// Each row is multiplied by its element of `rowScale`.
  /// `nil` if the bits set in the mask are not as many as the values, or 2^32 or more.
  public init?(
    rows: Int, columns: Int, mask: RawSpan, values: FloatBuffer, isTransposed: Bool,
    rowScale: [Float]? = nil
  ) {
    guard mask.byteCount == (rows * columns + 7) / 8, values.count < Int(UInt32.max),
      rows < Int(UInt32.max), columns < Int(UInt32.max)
    else { return nil }
    let width = isTransposed ? rows : columns
    var starts = [UInt32](repeating: 0, count: rows + 1)
    var stored = 0
    mask.forEachSetBit(width: width) { line, place in
      starts[(isTransposed ? place : line) + 1] += 1
      stored += 1
    }
    guard stored == values.count else { return nil }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    rowStarts = AlignedBuffer(starts)
    let places = SparseRows.places(
      mask: mask, width: width, starts: starts, count: stored, isTransposed: isTransposed)
    self.columns =
      columns <= 1 << 16
      ? .narrow(AlignedBuffer(places.columns.map { UInt16(truncatingIfNeeded: $0) }))
      : .wide(AlignedBuffer(places.columns))
    guard isTransposed || rowScale != nil else {
      self.values = values
      return
    }
    let source = values.span
    self.values = AlignedBuffer(count: stored) { span in
      for index in 0..<stored {
        span[isTransposed ? Int(places.targets[index]) : index] = source[index]
      }
      guard let rowScale else { return }
      for row in 0..<rows {
        for index in Int(starts[row])..<Int(starts[row + 1]) { span[index] *= rowScale[row] }
      }
    }
  }

  /// Each element's column in row order; and where the elements go, if they have to move.
  private static func places(
    mask: RawSpan, width: Int, starts: [UInt32], count: Int, isTransposed: Bool
  ) -> (columns: [UInt32], targets: [UInt32]) {
    var next = starts
    var columns = [UInt32](repeating: 0, count: count)
    var targets = [UInt32](repeating: 0, count: isTransposed ? count : 0)
    var index = 0
    mask.forEachSetBit(width: width) { line, place in
      if isTransposed {
        targets[index] = next[place]
        columns[Int(next[place])] = UInt32(truncatingIfNeeded: line)
        next[place] += 1
      } else {
        columns[index] = UInt32(truncatingIfNeeded: place)
      }
      index += 1
    }
    return (columns, targets)
  }

  /// The bytes that the matrix takes in memory.
  var byteCount: Int {
    let columnBytes =
      switch columns {
      case .narrow(let buffer): buffer.byteCount
      case .wide(let buffer): buffer.byteCount
      }
    return rowStarts.byteCount + columnBytes + values.byteCount
  }
}

extension RawSpan {
  /// Calls `body` with line and place of each set bit of lines of `width` bits without gaps.
  fileprivate func forEachSetBit(width: Int, _ body: (Int, Int) -> Void) {
    var line = 0
    var lineStart = 0
    forEachSetBit { bit in
      while bit - lineStart >= width {
        line += 1
        lineStart += width
      }
      body(line, bit - lineStart)
    }
  }
}
