import PressTensor

/// Symbols of a fixed width, packed without gaps, the lowest bit of each byte first.
package enum BitPacking {
  /// The bytes that `count` symbols of `width` bits take.
  package static func byteCount(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  /// Packs symbols below `2^width`.
  package static func pack(_ symbols: [UInt8], width: Int) -> [UInt8] {
    if width == 8 { return symbols }
    var writer = BitWriter()
    for symbol in symbols { writer.append(UInt32(symbol), width: width) }
    return writer.finish()
  }

  /// Unpacks `count` symbols; checks the length and that the last byte's spare bits are 0.
  package static func unpack(
    _ span: RawSpan, count: Int, width: Int
  ) throws(CodingError) -> [UInt8] {
    let (bits, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow, bits <= Int.max - 7, (bits + 7) / 8 == span.byteCount else {
      throw .truncated(needed: overflow ? Int.max : bits / 8, found: span.byteCount)
    }
    if width == 8 { return Array(copying: span) }
    let mask = UInt64(1) << UInt64(width) - 1
    var pending: UInt64 = 0
    var available = 0
    var next = 0
    let symbols = [UInt8](capacity: count) { output in
      for _ in 0..<count {
        if available < width {
          pending |= UInt64(span.loadLittleEndian(UInt8.self, at: next)) << UInt64(available)
          next += 1
          available += 8
        }
        output.append(UInt8(pending & mask))
        pending >>= UInt64(width)
        available -= width
      }
    }
    guard pending == 0 else { throw .trailingBits(stream: 0) }
    return symbols
  }
}
