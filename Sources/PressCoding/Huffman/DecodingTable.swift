import PressTensor

/// Answers for the next bits of a stream which symbols they begin with and how long their codes are.
struct DecodingTable {
  /// So many bits are looked up at once.
  static let width = 11

  /// One symbol by the next bits: `symbol << 4 | length`; 0 where the code is longer than `width`.
  private var single = [UInt16](repeating: 0, count: 1 << width)
  /// Up to two symbols by the next bits: first, second, bits, and number of symbols, a byte each from
  /// the lowest on; 0 where the first code is longer than `width`.
  private var pairs = [UInt32](repeating: 0, count: 1 << width)
  /// One symbol by the next 15 bits, as `single`; filled only if a code is longer than `width`.
  private var long: [UInt16] = []

  init(_ code: HuffmanCode) {
    let codes = code.codes
    let longest = Int(code.lengths.max() ?? 0)
    if longest > Self.width { long = [UInt16](repeating: 0, count: 1 << HuffmanCode.limit) }
    for symbol in 0..<256 where code.lengths[symbol] > 0 {
      let length = Int(code.lengths[symbol])
      let entry = UInt16(symbol << 4 | length)
      if length <= Self.width {
        for index in stride(from: Int(codes[symbol]), to: single.count, by: 1 << length) {
          single[index] = entry
        }
      }
      for index in stride(from: Int(codes[symbol]), to: long.count, by: 1 << length) {
        long[index] = entry
      }
    }
    for index in pairs.indices where single[index] != 0 {
      let first = single[index]
      let used = Int(first & 15)
      let second = single[index >> used]
      if second != 0, used + Int(second & 15) <= Self.width {
        pairs[index] =
          UInt32(first >> 4) | UInt32(second >> 4) << 8
          | UInt32(used + Int(second & 15)) << 16 | 2 << 24
      } else {
        pairs[index] = UInt32(first >> 4) | UInt32(used) << 16 | 1 << 24
      }
    }
  }

  /// Up to two symbols at one look.
  ///
  /// Three looks take at most 45 bits of the 57 that a word at any
  /// bit position surely holds.
  @inline(__always)
  private func pair(
    _ word: inout UInt64, _ cursor: inout Cursor, _ pairs: Span<UInt32>, _ long: Span<UInt16>,
    _ output: inout MutableSpan<UInt8>
  ) {
    var entry = pairs[Int(truncatingIfNeeded: word & (1 << UInt64(Self.width) - 1))]
    if entry == 0 {
      let other = long[Int(truncatingIfNeeded: word & (1 << UInt64(HuffmanCode.limit) - 1))]
      entry = UInt32(other >> 4) | UInt32(other & 15) << 16 | 1 << 24
    }
    output[cursor.symbol] = UInt8(truncatingIfNeeded: entry)
    output[cursor.symbol &+ 1] = UInt8(truncatingIfNeeded: entry >> 8)
    cursor.symbol &+= Int(truncatingIfNeeded: entry >> 24)
    let length = entry >> 16 & 0xFF
    word >>= UInt64(length)
    cursor.bit &+= Int(truncatingIfNeeded: length)
  }

  /// Three looks, up to six symbols.
  @inline(__always)
  private func threePairs(
    _ span: RawSpan, _ cursor: inout Cursor, _ pairs: Span<UInt32>, _ long: Span<UInt16>,
    _ output: inout MutableSpan<UInt8>
  ) {
    var word =
      span.loadLittleEndian(UInt64.self, at: cursor.bit >> 3) >> UInt64(cursor.bit & 7)
    pair(&word, &cursor, pairs, long, &output)
    pair(&word, &cursor, pairs, long, &output)
    pair(&word, &cursor, pairs, long, &output)
  }

  /// The entry of one symbol for the lowest bits of a word.
  @inline(__always)
  private func entry(_ word: UInt64, _ short: Span<UInt16>, _ long: Span<UInt16>) -> UInt16 {
    let entry = short[Int(truncatingIfNeeded: word & (1 << UInt64(Self.width) - 1))]
    if entry != 0 { return entry }
    return long[Int(truncatingIfNeeded: word & (1 << UInt64(HuffmanCode.limit) - 1))]
  }

  /// Three symbols one by one, which is faster where few pairs fit into one look.
  @inline(__always)
  private func singles(
    _ span: RawSpan, _ cursor: inout Cursor, _ short: Span<UInt16>, _ long: Span<UInt16>,
    _ output: inout MutableSpan<UInt8>
  ) {
    var word =
      span.loadLittleEndian(UInt64.self, at: cursor.bit >> 3) >> UInt64(cursor.bit & 7)
    let a = entry(word, short, long)
    word >>= UInt64(a & 15)
    let b = entry(word, short, long)
    word >>= UInt64(b & 15)
    let c = entry(word, short, long)
    cursor.bit &+= Int(a & 15) &+ Int(b & 15) &+ Int(c & 15)
    output[cursor.symbol &+ 2] = UInt8(truncatingIfNeeded: c >> 4)
    output[cursor.symbol &+ 1] = UInt8(truncatingIfNeeded: b >> 4)
    output[cursor.symbol] = UInt8(truncatingIfNeeded: a >> 4)
    cursor.symbol &+= 3
  }

  /// Decodes four parts side by side while each has six symbols and eight bytes left.
  func decodeFour(
    _ span: RawSpan, _ cursors: inout [Cursor], _ first: Int, _ bytes: inout [UInt8]
  ) {
    let (two, one, long) = (pairs.span, single.span, self.long.span)
    let areCodesShort = span.byteCount * 16 < bytes.count * 9
    var output = bytes.mutableSpan
    var (a, b, c, d) = (
      cursors[first], cursors[first + 1], cursors[first + 2], cursors[first + 3]
    )
    if areCodesShort {
      while a.hasRoom && b.hasRoom && c.hasRoom && d.hasRoom {
        threePairs(span, &a, two, long, &output)
        threePairs(span, &b, two, long, &output)
        threePairs(span, &c, two, long, &output)
        threePairs(span, &d, two, long, &output)
      }
    } else {
      while a.hasRoom && b.hasRoom && c.hasRoom && d.hasRoom {
        singles(span, &a, one, long, &output)
        singles(span, &b, one, long, &output)
        singles(span, &c, one, long, &output)
        singles(span, &d, one, long, &output)
      }
    }
    (cursors[first], cursors[first + 1], cursors[first + 2], cursors[first + 3]) = (a, b, c, d)
  }

  /// Decodes what is left of a part, bit by bit checked, and that it ends there.
  func finish(
    _ span: RawSpan, _ cursor: inout Cursor, _ output: inout [UInt8], _ part: Int
  ) throws(CodingError) {
    while cursor.symbol < cursor.last {
      let first = cursor.bit >> 3
      var word: UInt32 = 0
      for byte in 0..<3 where first + byte < cursor.end {
        word |= UInt32(span.loadLittleEndian(UInt8.self, at: first + byte)) << UInt32(8 * byte)
      }
      let entry = entry(word >> UInt32(cursor.bit & 7))
      cursor.bit += Int(entry & 15)
      guard cursor.bit <= cursor.end * 8 else {
        throw .truncated(needed: (cursor.bit + 7) / 8, found: cursor.end)
      }
      output[cursor.symbol] = UInt8(truncatingIfNeeded: entry >> 4)
      cursor.symbol += 1
    }
    try checkEnd(span, cursor, part)
  }

  /// The entry of one symbol for the lowest bits of a word.
  @inline(__always)
  func entry(_ word: UInt32) -> UInt16 {
    let entry = single[Int(word & (1 << UInt32(Self.width) - 1))]
    return entry != 0 ? entry : long[Int(word & (1 << UInt32(HuffmanCode.limit) - 1))]
  }

  /// Checks that a part that has been decoded ends there.
  func checkEnd(_ span: RawSpan, _ cursor: Cursor, _ part: Int) throws(CodingError) {
    let spare = cursor.end * 8 - cursor.bit
    guard spare < 8 else { throw .trailingBits(stream: part) }
    if spare > 0 {
      let tail = span.loadLittleEndian(UInt8.self, at: cursor.end - 1) >> UInt8(8 - spare)
      guard tail == 0 else { throw .trailingBits(stream: part) }
    }
  }
}
