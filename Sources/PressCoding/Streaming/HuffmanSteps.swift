import PressTensor

/// Decodes a Huffman stream a few symbols at a time, part after part.
struct HuffmanSteps {
  private let table: DecodingTable
  private var cursors: [Cursor]
  private var part = 0

  /// The steps of a stream of `count` symbols that has more than one symbol.
  init(_ span: RawSpan, _ code: HuffmanCode, _ ranges: [Range<Int>], count: Int) {
    table = DecodingTable(code)
    let length = Huffman.partLength(count: count, parts: ranges.count)
    cursors = ranges.indices.map { part in
      let start = min(part * length, count)
      return Cursor(
        bit: ranges[part].lowerBound * 8, end: ranges[part].upperBound, symbol: start,
        last: min(start + length, count))
    }
  }

  /// The byte before which everything has been read, so long as parts are read in order.
  var position: Int { part < cursors.count ? cursors[part].bit / 8 : cursors.last?.end ?? 0 }

  /// The next symbols, of which there must be so many.
  mutating func read(_ count: Int, from span: RawSpan) throws(CodingError) -> [UInt8] {
    var symbols: [UInt8] = []
    symbols.reserveCapacity(count)
    while symbols.count < count, part < cursors.count {
      let wanted = min(count - symbols.count, cursors[part].last - cursors[part].symbol)
      try table.read(wanted, from: span, &cursors[part], into: &symbols)
      guard cursors[part].symbol == cursors[part].last else { break }
      try table.checkEnd(span, cursors[part], part)
      part += 1
    }
    return symbols
  }
}

extension DecodingTable {
  /// Appends the next symbols of a part, which must have them.
  fileprivate func read(
    _ count: Int, from span: RawSpan, _ cursor: inout Cursor, into symbols: inout [UInt8]
  ) throws(CodingError) {
    for _ in 0..<count {
      let first = cursor.bit >> 3
      var word: UInt32 = 0
      if first + 4 <= cursor.end {
        word = span.loadLittleEndian(UInt32.self, at: first)
      } else {
        for byte in 0..<3 where first + byte < cursor.end {
          word |= UInt32(span.loadLittleEndian(UInt8.self, at: first + byte)) << UInt32(8 * byte)
        }
      }
      let entry = entry(word >> UInt32(cursor.bit & 7))
      cursor.bit += Int(entry & 15)
      guard cursor.bit <= cursor.end * 8 else {
        throw .truncated(needed: (cursor.bit + 7) / 8, found: cursor.end)
      }
      symbols.append(UInt8(truncatingIfNeeded: entry >> 4))
      cursor.symbol += 1
    }
  }
}
