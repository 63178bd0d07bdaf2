import PressTensor

/// The magnitudes of a weight row after row, 0 where nothing is stored.
struct MagnitudeRows {
  private let list: MagnitudeList
  private let mask: [UInt8]?
  private let columns: Int
  private let count: Int

  /// Reads a weight whose streams are in the order of a view of so many columns.
  init(_ weight: Weight, _ contents: WeightContents, columns: Int) throws(TensorError) {
    list = try MagnitudeList(weight, contents, .double)
    mask = contents.mask?.copied()
    self.columns = max(columns, 1)
    count = weight.shape.count
    if let mask, mask.count != (count + 7) / 8 {
      throw .byteCount(expected: (count + 7) / 8, found: mask.count)
    }
  }

  /// Calls `body` with each row's keys, bits of doubles.
  func forEach(_ body: ([UInt64]) -> Void) {
    var row: [UInt64] = []
    row.reserveCapacity(columns)
    var place = 0
    func put(_ key: UInt64) {
      row.append(key)
      place += 1
      if row.count == columns {
        body(row)
        row.removeAll(keepingCapacity: true)
      }
    }
    list.forEach { _, key in
      while let mask, place < count, mask[place >> 3] >> UInt8(place & 7) & 1 == 0 { put(0) }
      put(key)
    }
    while place < count { put(0) }
  }
}

/// Chooses the largest elements of each group of columns.
struct GroupSelection {
  /// A bit for each element that stays.
  private(set) var bits: [UInt8]
  private let kept: Int
  private let size: Int
  private var place = 0

  /// A selection of `kept` of each `size` columns, in a matrix of `count` elements.
  init(kept: Int, of size: Int, count: Int) {
    self.kept = kept
    self.size = size
    bits = [UInt8](repeating: 0, count: (count + 7) / 8)
  }

  /// Chooses in the next row.
  ///
  /// The smallest go first, those with lower columns first among equals.
  mutating func add(row: [UInt64]) {
    for start in stride(from: 0, to: row.count, by: size) {
      let end = min(start + size, row.count)
      let length = end - start
      let removed = length - (kept * length + size - 1) / size
      let last = removed == 0 ? 0 : row[start..<end].sorted()[removed - 1]
      var ties = removed - row[start..<end].count { $0 < last }
      for column in start..<end {
        let key = row[column]
        if removed > 0, key < last { continue }
        if key == last, ties > 0 {
          ties -= 1
          continue
        }
        let bit = place + column
        bits[bit >> 3] |= 1 << UInt8(bit & 7)
      }
    }
    place += row.count
  }
}
