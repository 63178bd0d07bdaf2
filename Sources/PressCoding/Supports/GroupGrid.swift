package import PressTensor

/// The groups of columns of a matrix's rows in each of which a support keeps so many elements.
package struct GroupGrid: Sendable {
  /// The most columns in a group whose positions fit into symbols of a byte.
  package static let positionLimit = 256

  private let rows: Int
  private let columns: Int
  private let keep: Int
  private let size: Int

  /// The groups of `size` columns of a view that has elements, of which each keeps `keep`.
  package init(_ view: MatrixView, keep: Int, size: Int) {
    (rows, columns) = (view.rows, view.columns)
    (self.keep, self.size) = (keep, size)
  }

  private var groupsOfRow: Int { (columns - 1) / size + 1 }

  /// How many elements all groups keep together.
  package var kept: Int {
    rows * (columns / size * keep + keptInShortGroup(columns % size))
  }

  /// The bits of a position in a group.
  package var positionWidth: Int { max(1, Int.bitWidth - (size - 1).leadingZeroBitCount) }

  /// A short group of r columns keeps ceil(keep * r / size).
  private func keptInShortGroup(_ count: Int) -> Int { (keep * count + size - 1) / size }

  /// The columns of a row's group.
  private func range(_ group: Int) -> Range<Int> {
    (group * size)..<min((group + 1) * size, columns)
  }

  /// The positions of the kept elements in their groups, group after group.
  ///
  /// - Throws: `CodingError.groupCount` for a group that keeps more or fewer than it should.
  package func positions(_ mask: RawSpan) throws(CodingError) -> [UInt8] {
    var positions: [UInt8] = []
    positions.reserveCapacity(kept)
    try walk(mask) { positions.append(UInt8(truncatingIfNeeded: $0)) }
    return positions
  }

  /// Checks that each group keeps as many elements as it should.
  func check(_ mask: RawSpan) throws(CodingError) { try walk(mask) { _ in } }

  /// Calls `body` with the position of each kept element in its group.
  @inline(__always)
  private func walk(_ mask: RawSpan, _ body: (Int) -> Void) throws(CodingError) {
    for row in 0..<rows {
      for group in 0..<groupsOfRow {
        let range = range(group)
        var found = 0
        for column in range {
          let place = row * columns + column
          let byte = mask.loadLittleEndian(UInt8.self, at: place >> 3)
          guard byte >> UInt8(place & 7) & 1 == 1 else { continue }
          body(column - range.lowerBound)
          found += 1
        }
        let expected = keptInShortGroup(range.count)
        guard found == expected else { throw .groupCount(expected: expected, found: found) }
      }
    }
  }

  /// The mask in which each group keeps the elements at given positions.
  ///
  /// - Throws: `CodingError.badPosition` for positions that do not rise, or leave their group.
  package func mask(positions: RawSpan) throws(CodingError) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: (rows * columns + 7) / 8)
    var next = 0
    for row in 0..<rows {
      for group in 0..<groupsOfRow {
        let range = range(group)
        var least = 0
        for _ in 0..<keptInShortGroup(range.count) {
          let position = Int(positions.loadLittleEndian(UInt8.self, at: next))
          guard position >= least, position < range.count else { throw .badPosition(position) }
          let place = row * columns + range.lowerBound + position
          mask[place >> 3] |= 1 << UInt8(place & 7)
          (next, least) = (next + 1, position + 1)
        }
      }
    }
    return mask
  }
}
