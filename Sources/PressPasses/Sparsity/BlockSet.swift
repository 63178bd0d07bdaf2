import PressTensor

/// A matrix cut into blocks of so many rows and columns; those at the lower and right edge may be
/// smaller.
struct BlockGrid: Sendable, Hashable {
  /// Rows of the matrix.
  let rows: Int
  /// Columns of the matrix.
  let columns: Int
  /// Rows of a block.
  let blockRows: Int
  /// Columns of a block.
  let blockColumns: Int

  /// Blocks beside each other.
  var across: Int { (columns + blockColumns - 1) / blockColumns }
  /// Blocks in all, counted row after row.
  var count: Int { (rows + blockRows - 1) / blockRows * across }

  /// The sum of |w| in each block, of a weight whose streams are in the order of the matrix.
  func sums(_ weight: Weight, _ contents: WeightContents) throws -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var row = 0
    try MagnitudeRows(weight, contents, columns: columns).forEach { keys in
      let first = row / blockRows * across
      for (column, key) in keys.enumerated() {
        sums[first + column / blockColumns] += Double(bitPattern: key)
      }
      row += 1
    }
    return sums
  }
}

/// Some of the blocks of a matrix.
struct BlockSet: Sendable {
  /// The matrix and its blocks.
  let grid: BlockGrid
  /// For each block whether it is one of them.
  let isMember: [Bool]

  /// A bit for each element of the matrix, row after row: whether it is in one of the blocks.
  var places: [UInt8] {
    let (rows, columns) = (grid.rows, grid.columns)
    var bits = [UInt8](repeating: 0, count: (rows * columns + 7) / 8)
    for row in 0..<rows {
      let first = row / grid.blockRows * grid.across
      for column in 0..<columns where isMember[first + column / grid.blockColumns] {
        let place = row * columns + column
        bits[place >> 3] |= 1 << UInt8(place & 7)
      }
    }
    return bits
  }

  /// For each matrix the blocks that stay when the `count` with the smallest sums go, those that come
  /// first among equals, and all others that hold only zeros; `sums` are those of each matrix's blocks.
  static func remaining(_ sums: [[Double]], without count: Int) -> [[Bool]] {
    let keys = sums.map { $0.map(\.bitPattern) }
    guard count > 0 else { return keys.map { $0.map { $0 > 0 } } }
    let sorted = keys.joined().sorted()
    let last = sorted[count - 1]
    var ties = count - sorted.count { $0 < last }
    return keys.map { keys in
      keys.map { key in
        if key < last || key == 0 { return false }
        guard key == last, ties > 0 else { return true }
        ties -= 1
        return false
      }
    }
  }
}
