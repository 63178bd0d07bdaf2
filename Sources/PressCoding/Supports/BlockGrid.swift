package import PressTensor

/// A matrix cut into blocks, row after row of them; those at the lower and right edge may be smaller.
package struct BlockGrid: Sendable {
  private let rows: Int
  private let columns: Int
  private let height: Int
  private let width: Int

  /// The blocks of `height` rows and `width` columns of a view that has elements.
  package init(_ view: MatrixView, height: Int, width: Int) {
    (rows, columns) = (view.rows, view.columns)
    (self.height, self.width) = (height, width)
  }

  private var blocksOfRow: Int { (columns - 1) / width + 1 }

  /// The number of blocks.
  package var count: Int { ((rows - 1) / height + 1) * blocksOfRow }

  /// One bit for each block whose first element is under the mask.
  package func blocks(of mask: RawSpan) -> [UInt8] {
    var blocks = [UInt8](repeating: 0, count: (count + 7) / 8)
    for block in 0..<count {
      let (row, column) = block.quotientAndRemainder(dividingBy: blocksOfRow)
      let place = row * height * columns + column * width
      let byte = mask.loadLittleEndian(UInt8.self, at: place >> 3)
      if byte >> UInt8(place & 7) & 1 == 1 { blocks[block >> 3] |= 1 << UInt8(block & 7) }
    }
    return blocks
  }

  /// The elements of the marked blocks, one bit each.
  package func mask(of blocks: RawSpan) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: (rows * columns + 7) / 8)
    blocks.forEachSetBit { block in
      let (row, column) = block.quotientAndRemainder(dividingBy: blocksOfRow)
      let places = (column * width)..<min((column + 1) * width, columns)
      for line in (row * height)..<min((row + 1) * height, rows) {
        for place in (line * columns + places.lowerBound)..<(line * columns + places.upperBound) {
          mask[place >> 3] |= 1 << UInt8(place & 7)
        }
      }
    }
    return mask
  }
}
