import PressCoding
import PressTensor

/// Every string of a container once; records name them by index.
struct StringTable {
  private(set) var strings: [[UInt8]] = []
  private var indices: [[UInt8]: Int] = [:]

  mutating func index(of string: [UInt8]) -> Int {
    if let index = indices[string] { return index }
    indices[string] = strings.count
    strings.append(string)
    return strings.count - 1
  }

  /// The table: the number of strings, then for each the number of bytes that it shares with its
  /// predecessor's beginning, the number of bytes that follow, and these.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(strings.count)
    var previous: [UInt8] = []
    for string in strings {
      let shared = zip(previous, string).prefix { $0.0 == $0.1 }.count
      bytes.appendVarint(shared)
      bytes.appendVarint(string.count - shared)
      bytes += string[shared...]
      previous = string
    }
    return bytes
  }
}

/// Writes the records of a section: numbers, indices of strings, lists.
struct RecordWriter {
  var bytes: [UInt8] = []
  var strings = StringTable()

  /// An unsigned number.
  mutating func append(_ number: Int) { bytes.appendVarint(number) }

  /// A signed number, zigzag: 0, -1, 1, -2, ...
  mutating func append(signed number: Int) {
    var rest = UInt64(bitPattern: Int64(number << 1 ^ number >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A float's bits.
  mutating func append(_ float: Float) { bytes.appendLittleEndian(float.bitPattern) }

  /// A string's index.
  mutating func append(_ string: String) { append(strings.index(of: Array(string.utf8))) }

  /// The index of a string of any bytes.
  mutating func append(blob: [UInt8]) { append(strings.index(of: blob)) }

  /// A list: its length, then its elements.
  mutating func append<Element>(_ list: [Element], _ write: (inout Self, Element) -> Void) {
    append(list.count)
    for element in list { write(&self, element) }
  }

  /// Hands over the section written so far and begins the next.
  mutating func takeSection() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
