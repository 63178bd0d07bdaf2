import PressTensor

/// Codes 0, 1 and 2, five in a byte: the first is the lowest digit of a number in base 3.
package enum TritPacking {
  /// The bytes that `count` codes take.
  package static func byteCount(_ count: Int) -> Int { count / 5 + (count % 5 == 0 ? 0 : 1) }

  /// Packs codes below 3; the digits that a last byte has left are 0.
  package static func pack(_ codes: RawSpan) -> [UInt8] {
    [UInt8](capacity: byteCount(codes.byteCount)) { output in
      for start in stride(from: 0, to: codes.byteCount, by: 5) {
        var byte: UInt8 = 0
        for place in (start..<min(start + 5, codes.byteCount)).reversed() {
          byte = byte &* 3 &+ codes.loadLittleEndian(UInt8.self, at: place)
        }
        output.append(byte)
      }
    }
  }

  /// Unpacks `count` codes from as many bytes as they take.
  ///
  /// - Throws: `CodingError.badCode` for a byte that is no five digits, or has digits left that are
  ///   not 0.
  package static func unpack(_ bytes: RawSpan, count: Int) throws(CodingError) -> [UInt8] {
    guard bytes.byteCount == byteCount(count) else {
      throw .truncated(needed: byteCount(count), found: bytes.byteCount)
    }
    var wrong: UInt8?
    let codes = [UInt8](capacity: count) { output in
      for index in 0..<bytes.byteCount {
        let byte = bytes.loadLittleEndian(UInt8.self, at: index)
        var rest = byte
        for _ in 0..<min(5, count - 5 * index) {
          output.append(rest % 3)
          rest /= 3
        }
        if rest != 0, wrong == nil { wrong = byte }
      }
    }
    if let wrong { throw .badCode(Int(wrong), limit: 243) }
    return codes
  }
}
