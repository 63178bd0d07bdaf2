extension Array where Element == String {
  /// The strings that differ least from `text`, nearest first, ties in their order here.
  package func nearest(to text: String, count: Int) -> [String] {
    let wanted = Array<UInt8>(text.utf8.prefix(256))
    let distances = enumerated().map { index, name in
      (distance: editDistance(wanted, Array<UInt8>(name.utf8.prefix(256))), index: index)
    }
    return distances.sorted { $0 < $1 }.prefix(count).map { self[$0.index] }
  }
}

/// The least number of bytes to insert, drop or replace that turns one string into another.
package func editDistance(_ left: String, _ right: String) -> Int {
  editDistance(Array<UInt8>(left.utf8.prefix(256)), Array<UInt8>(right.utf8.prefix(256)))
}

func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let next = min(diagonal + (a == b ? 0 : 1), row[j] + 1, row[j + 1] + 1)
      diagonal = row[j + 1]
      row[j + 1] = next
    }
  }
  return row[right.count]
}
