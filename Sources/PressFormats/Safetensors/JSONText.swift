import PressTensor

/// The tokens of a JSON text that a safetensors header needs: punctuation, strings, numbers.
struct JSONText {
  private let bytes: [UInt8]
  private let start: Int
  private var position = 0

  /// Takes the text, which starts at `offset` of the file.
  init(_ bytes: [UInt8], offset: Int) {
    self.bytes = bytes
    start = offset
  }

  /// Whether the next byte is `{`, without white space before it.
  var isAtBrace: Bool { position < bytes.count && bytes[position] == UInt8(ascii: "{") }

  /// Whether only white space is left.
  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  /// The error of something else being here.
  func syntax(_ expected: String) -> SafetensorsError {
    .syntax(expected: expected, offset: start + position)
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// Goes past `character` if it comes next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Goes past `character`, which must come next.
  mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
    guard skip(character) else { throw syntax("'\(character)'") }
  }

  /// A list of whole numbers; more than `most` of them are an error.
  mutating func numbers(
    atMost most: Int, _ error: (Int) -> SafetensorsError
  ) throws(SafetensorsError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if skip("]") { return [] }
    repeat {
      guard numbers.count < most else { throw error(numbers.count + 1) }
      numbers.append(try number())
    } while skip(",")
    try expect("]")
    return numbers
  }

  private mutating func number() throws(SafetensorsError) -> Int {
    skipSpace()
    let first = position
    let characters = Array("+-.eE".utf8)
    while position < bytes.count,
      (0x30...0x39).contains(bytes[position]) || characters.contains(bytes[position])
    {
      position += 1
    }
    guard position > first else { throw syntax("a number") }
    let isPadded = bytes[first] == 0x30 && position > first + 1
    guard !isPadded, (0x30...0x39).contains(bytes[first]),
      let value = Int(String(decoding: bytes[first..<position], as: UTF8.self))
    else { throw .number(offset: start + first) }
    return value
  }

  /// A string, its escapes resolved.
  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    let first = position
    var resolved: [UInt8] = []
    while true {
      guard position < bytes.count else { throw syntax("a closing quote") }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        resolved += Array(String(Character(try escaped())).utf8)
      } else {
        guard byte >= 0x20 else { throw syntax("a string without control characters") }
        resolved.append(byte)
      }
    }
    guard let string = String(validating: resolved, as: UTF8.self) else {
      throw .encoding(offset: start + first)
    }
    return string
  }

  /// What stands behind a backslash.
  private mutating func escaped() throws(SafetensorsError) -> Unicode.Scalar {
    guard position < bytes.count else { throw syntax("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicode()
    default: throw syntax("an escape")
    }
  }

  /// One scalar as `\uXXXX`, or as two of them that form a pair.
  private mutating func unicode() throws(SafetensorsError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let backslash = UInt8(ascii: "\\")
    guard first < 0xDC00, bytes[position...].starts(with: [backslash, UInt8(ascii: "u")]) else {
      throw syntax("a surrogate pair")
    }
    position += 2
    let second = try hexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw syntax("a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(SafetensorsError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw syntax("four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
