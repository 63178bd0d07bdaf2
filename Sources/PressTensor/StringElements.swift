/// The elements of string tensors: each is four bytes of length, little-endian, and its own bytes.
public enum StringElements {
  /// The bytes of some strings.
  public static func bytes(of strings: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for string in strings {
      bytes.appendLittleEndian(UInt32(truncatingIfNeeded: string.utf8.count))
      bytes += string.utf8
    }
    return bytes
  }

  /// The strings in some bytes; `nil` where a length leads beyond them.
  public static func strings(in span: RawSpan) -> [String]? {
    var strings: [String] = []
    var offset = 0
    while offset < span.byteCount {
      guard offset <= span.byteCount - 4 else { return nil }
      let count = Int(span.loadLittleEndian(UInt32.self, at: offset))
      offset += 4
      guard count <= span.byteCount - offset else { return nil }
      let bytes = Array(copying: span.extracting(offset..<(offset + count)))
      strings.append(String(decoding: bytes, as: UTF8.self))
      offset += count
    }
    return strings
  }
}
