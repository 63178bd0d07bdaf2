import PressTensor

/// Answers for every `width` next bits which symbol they begin with and how long its code is.
struct DecodingTable {
  /// Codes up to this length are found at one look.
  static let width = 11

  /// `symbol << 4 | length` by the next bits; 0 where the code is longer than `width`.
  private var short = [UInt16](repeating: 0, count: 1 << width)
  /// The same for all 15 bits; filled only if a code is longer than `width`.
  private var long: [UInt16] = []

  init(_ code: HuffmanCode) {
    let codes = code.codes
    let longest = Int(code.lengths.max() ?? 0)
    if longest > Self.width { long = [UInt16](repeating: 0, count: 1 << HuffmanCode.limit) }
    for symbol in 0..<256 where code.lengths[symbol] > 0 {
      let length = Int(code.lengths[symbol])
      let entry = UInt16(symbol << 4 | length)
      if length <= Self.width {
        for index in stride(from: Int(codes[symbol]), to: short.count, by: 1 << length) {
          short[index] = entry
        }
      }
      for index in stride(from: Int(codes[symbol]), to: long.count, by: 1 << length) {
        long[index] = entry
      }
    }
  }

  /// The entry for the lowest bits of a word.
  @inline(__always)
  private func entry(_ word: UInt64, _ short: Span<UInt16>, _ long: Span<UInt16>) -> UInt16 {
    let entry = short[Int(word & (1 << UInt64(Self.width) - 1))]
    if entry != 0 { return entry }
    return long[Int(word & (1 << UInt64(HuffmanCode.limit) - 1))]
  }

  /// Three symbols, at most 45 bits of the 57 that a word at any bit position surely holds.
  @inline(__always)
  private func three(
    _ span: RawSpan, _ bit: inout Int, _ short: Span<UInt16>, _ long: Span<UInt16>,
    _ output: inout MutableSpan<UInt8>, _ place: inout Int
  ) {
    var word = span.loadLittleEndian(UInt64.self, at: bit >> 3) >> UInt64(bit & 7)
    let a = entry(word, short, long)
    word >>= UInt64(a & 15)
    let b = entry(word, short, long)
    word >>= UInt64(b & 15)
    let c = entry(word, short, long)
    bit &+= Int(a & 15) &+ Int(b & 15) &+ Int(c & 15)
    output[place] = UInt8(truncatingIfNeeded: a >> 4)
    output[place &+ 1] = UInt8(truncatingIfNeeded: b >> 4)
    output[place &+ 2] = UInt8(truncatingIfNeeded: c >> 4)
    place &+= 3
  }

  /// Decodes four parts side by side while each has three symbols and eight bytes left.
  func decodeFour(
    _ span: RawSpan, _ cursors: inout [Cursor], _ first: Int, _ bytes: inout [UInt8]
  ) {
    let short = self.short.span
    let long = self.long.span
    var output = bytes.mutableSpan
    var bits = (
      cursors[first].bit, cursors[first + 1].bit, cursors[first + 2].bit, cursors[first + 3].bit
    )
    var places = (
      cursors[first].symbol, cursors[first + 1].symbol, cursors[first + 2].symbol,
      cursors[first + 3].symbol
    )
    let room = (first..<(first + 4)).map { (cursors[$0].last - cursors[$0].symbol) / 3 }.min() ?? 0
    let ends = (
      cursors[first].end - 8, cursors[first + 1].end - 8, cursors[first + 2].end - 8,
      cursors[first + 3].end - 8
    )
    for _ in 0..<room {
      guard bits.0 >> 3 <= ends.0, bits.1 >> 3 <= ends.1, bits.2 >> 3 <= ends.2,
        bits.3 >> 3 <= ends.3
      else { break }
      three(span, &bits.0, short, long, &output, &places.0)
      three(span, &bits.1, short, long, &output, &places.1)
      three(span, &bits.2, short, long, &output, &places.2)
      three(span, &bits.3, short, long, &output, &places.3)
    }
    (cursors[first].bit, cursors[first].symbol) = (bits.0, places.0)
    (cursors[first + 1].bit, cursors[first + 1].symbol) = (bits.1, places.1)
    (cursors[first + 2].bit, cursors[first + 2].symbol) = (bits.2, places.2)
    (cursors[first + 3].bit, cursors[first + 3].symbol) = (bits.3, places.3)
  }

  /// Decodes what is left of a part, bit by bit checked, and that it ends there.
  func finish(
    _ span: RawSpan, _ cursor: inout Cursor, _ output: inout [UInt8], _ part: Int
  ) throws(CodingError) {
    let short = self.short.span
    let long = self.long.span
    while cursor.symbol < cursor.last {
      let first = cursor.bit >> 3
      var word: UInt64 = 0
      for byte in 0..<3 where first + byte < cursor.end {
        word |= UInt64(span.loadLittleEndian(UInt8.self, at: first + byte)) << UInt64(8 * byte)
      }
      let entry = entry(word >> UInt64(cursor.bit & 7), short, long)
      cursor.bit += Int(entry & 15)
      guard cursor.bit <= cursor.end * 8 else {
        throw .truncated(needed: (cursor.bit + 7) / 8, found: cursor.end)
      }
      output[cursor.symbol] = UInt8(truncatingIfNeeded: entry >> 4)
      cursor.symbol += 1
    }
    let spare = cursor.end * 8 - cursor.bit
    guard spare < 8 else { throw .trailingBits(stream: part) }
    if spare > 0 {
      let tail = span.loadLittleEndian(UInt8.self, at: cursor.end - 1) >> UInt8(8 - spare)
      guard tail == 0 else { throw .trailingBits(stream: part) }
    }
  }
}
