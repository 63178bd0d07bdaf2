import PressTensor

/// Reads the one Python expression that npy headers consist of: a dictionary of three entries.
struct NpyHeaderParser {
  struct Entries {
    var descr: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  private let text: [UInt8]
  private let start: Int
  private var position = 0

  /// Takes the header's text, which starts at `offset` of the file.
  init(_ text: [UInt8], offset: Int) {
    self.text = text
    start = offset
  }

  mutating func parse() throws(NpyError) -> Entries {
    var descr: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr":
        guard descr == nil else { throw .duplicateKey(key) }
        descr = try elementCode()
      case "fortran_order":
        guard isFortranOrder == nil else { throw .duplicateKey(key) }
        isFortranOrder = try truth()
      case "shape":
        guard shape == nil else { throw .duplicateKey(key) }
        shape = try tuple()
      default: throw .unknownKey(key)
      }
      if skip(",") { continue }
      try expect("}")
      break
    }
    skipSpace()
    guard position == text.count else { throw syntax("the end of the header") }
    guard let descr else { throw .missingKey("descr") }
    guard let isFortranOrder else { throw .missingKey("fortran_order") }
    guard let shape else { throw .missingKey("shape") }
    return Entries(descr: descr, isFortranOrder: isFortranOrder, shape: shape)
  }

  private func syntax(_ expected: String) -> NpyError {
    .syntax(expected: expected, offset: start + position)
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[position]) { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(NpyError) {
    guard skip(character) else { throw syntax("'\(character)'") }
  }

  /// Plain ASCII between quotes, without escapes.
  private mutating func string() throws(NpyError) -> String {
    let isDouble = skip("\"")
    if !isDouble { try expect("'") }
    let quote = UInt8(ascii: isDouble ? "\"" : "'")
    let first = position
    while position < text.count, text[position] != quote {
      guard (0x20..<0x7F).contains(text[position]), text[position] != UInt8(ascii: "\\") else {
        throw syntax("plain text")
      }
      position += 1
    }
    guard position < text.count else { throw syntax("a closing quote") }
    position += 1
    return String(decoding: text[first..<(position - 1)], as: UTF8.self)
  }

  /// A list in the place of a code describes records.
  private mutating func elementCode() throws(NpyError) -> String {
    skipSpace()
    if position < text.count, text[position] == UInt8(ascii: "[") {
      throw .elementType("a list of fields")
    }
    return try string()
  }

  private mutating func truth() throws(NpyError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw syntax("True or False")
  }

  private mutating func tuple() throws(NpyError) -> [Int] {
    var dimensions: [Int] = []
    try expect("(")
    while !skip(")") {
      dimensions.append(try dimension())
      guard dimensions.count <= NpyHeader.mostAxes else { throw .rank(dimensions.count) }
      if skip(",") { continue }
      guard dimensions.count > 1 else { throw syntax("',' as in a tuple") }
      try expect(")")
      break
    }
    return dimensions
  }

  /// Digits, with the `L` that Python 2 put behind large ones.
  private mutating func dimension() throws(NpyError) -> Int {
    skipSpace()
    let first = position
    while position < text.count,
      text[position] == UInt8(ascii: "-") || (0x30...0x39).contains(text[position])
    {
      position += 1
    }
    let digits = String(decoding: text[first..<position], as: UTF8.self)
    guard !digits.isEmpty else { throw syntax("a dimension") }
    guard let value = Int(digits), value >= 0 else { throw .dimension(digits) }
    _ = skip("L")
    return value
  }
}
