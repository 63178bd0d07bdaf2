extension StringTable {
  /// The most bytes that all strings of a container may have together.
  static let limit = 1 << 28

  /// Reads the strings section.
  static func read(_ bytes: [UInt8]) throws(ContainerError) -> [[UInt8]] {
    var reader = RecordReader(bytes, section: SectionKind.strings.name)
    var strings: [[UInt8]] = []
    var previous: [UInt8] = []
    var total = 0
    for index in 0..<(try reader.count()) {
      let shared = try reader.number()
      guard shared <= previous.count else { throw .stringTable(index: index) }
      let count = try reader.count()
      total += shared + count
      guard total <= limit else { throw .stringTable(index: index) }
      var string = Array(previous[..<shared])
      string.reserveCapacity(shared + count)
      for _ in 0..<count { string.append(try reader.byte()) }
      strings.append(string)
      previous = string
    }
    try reader.finish()
    return strings
  }
}
