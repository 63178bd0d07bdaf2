import PressTensor

/// Reads the records of a section; every number is checked against what is left of it.
struct RecordReader {
  /// The most graphs within graphs.
  static let nestingLimit = 64
  /// The most nodes, attributes, values and pairs together: each takes far more memory than bytes.
  static let recordLimit = 1 << 20

  private let bytes: [UInt8]
  private let strings: [[UInt8]]
  let section: String
  private(set) var offset = 0
  var nesting = 0
  /// The bytes of all strings named so far, each as often as it was named.
  private var named = 0
  private var records = 0

  init(_ bytes: [UInt8], section: String, strings: [[UInt8]] = []) {
    self.bytes = bytes
    self.section = section
    self.strings = strings
  }

  /// The next byte.
  mutating func byte() throws(ContainerError) -> UInt8 {
    guard offset < bytes.count else { throw .truncatedRecord(section: section, offset: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Four bytes, lowest first.
  mutating func word() throws(ContainerError) -> UInt32 {
    guard offset + 4 <= bytes.count else {
      throw .truncatedRecord(section: section, offset: offset)
    }
    defer { offset += 4 }
    return bytes.rawSpan.loadLittleEndian(UInt32.self, at: offset)
  }

  /// A number of up to 64 bits in its shortest form.
  private mutating func bits() throws(ContainerError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      let next = try byte()
      guard shift < 63 || next <= 1 else {
        throw .malformedNumber(section: section, offset: start)
      }
      value |= UInt64(next & 0x7F) << UInt64(shift)
      if next & 0x80 == 0 {
        guard next != 0 || shift == 0 else {
          throw .malformedNumber(section: section, offset: start)
        }
        return value
      }
    }
    throw .malformedNumber(section: section, offset: start)
  }

  /// An unsigned number.
  mutating func number() throws(ContainerError) -> Int {
    let start = offset
    let value = try bits()
    guard value <= UInt64(Int.max) else {
      throw .malformedNumber(section: section, offset: start)
    }
    return Int(value)
  }

  /// A signed number.
  mutating func signed() throws(ContainerError) -> Int {
    let value = try bits()
    return Int(truncatingIfNeeded: value >> 1) ^ -Int(truncatingIfNeeded: value & 1)
  }

  /// A float.
  mutating func float() throws(ContainerError) -> Float { Float(bitPattern: try word()) }

  /// The length of a list of things that take at least a byte each.
  mutating func count() throws(ContainerError) -> Int {
    let start = offset
    let count = try number()
    guard count <= bytes.count - offset else {
      throw .truncatedRecord(section: section, offset: start)
    }
    return count
  }

  /// A list.
  mutating func list<Element>(
    _ read: (inout Self) throws(ContainerError) -> Element
  ) throws(ContainerError) -> [Element] {
    var list: [Element] = []
    for _ in 0..<(try count()) { list.append(try read(&self)) }
    return list
  }

  /// A list of what counts towards the limit of records.
  mutating func records<Element>(
    _ read: (inout Self) throws(ContainerError) -> Element
  ) throws(ContainerError) -> [Element] {
    try list { (r) throws(ContainerError) in
      r.records += 1
      guard r.records <= Self.recordLimit else { throw .tooManyRecords(limit: Self.recordLimit) }
      return try read(&r)
    }
  }

  /// A string of any bytes.
  mutating func blob() throws(ContainerError) -> [UInt8] {
    let index = try number()
    guard index < strings.count else {
      throw .stringIndex(section: section, index: index, count: strings.count)
    }
    named += strings[index].count
    guard named <= StringTable.limit else { throw .stringTable(index: index) }
    return strings[index]
  }

  /// A name.
  mutating func string() throws(ContainerError) -> String {
    let start = offset
    let bytes = try blob()
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw .malformedString(index: start)
    }
    return string
  }

  /// A byte that must be one of a set's codes.
  mutating func code<Code: RawRepresentable<UInt8>>(
    _ type: Code.Type, _ what: String
  ) throws(ContainerError) -> Code {
    let byte = try byte()
    guard let code = Code(rawValue: byte) else {
      throw .unknownCode(section: section, what: what, code: Int(byte))
    }
    return code
  }

  /// A byte that must be 0 or 1.
  mutating func flag(_ what: String) throws(ContainerError) -> Bool {
    let byte = try byte()
    guard byte <= 1 else { throw .unknownCode(section: section, what: what, code: Int(byte)) }
    return byte == 1
  }

  /// Throws if anything is left.
  func finish() throws(ContainerError) {
    guard offset == bytes.count else {
      throw .trailingBytes(section: section, count: bytes.count - offset)
    }
  }
}
