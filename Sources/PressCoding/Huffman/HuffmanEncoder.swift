/// Writes byte streams under a canonical Huffman code.
package enum Huffman {
  /// A coded stream and what its parts weigh.
  package struct Coded: Sendable {
    /// Table, part sizes, parts.
    package let bytes: [UInt8]
    /// The bytes of the table among them.
    package let tableByteCount: Int
  }

  /// The parts that a stream of `count` symbols is cut into: one if it is short, four otherwise.
  static func partsLog2(count: Int) -> Int { count < 1024 ? 0 : 2 }

  /// The symbols in each part but the last, which has the rest.
  static func partLength(count: Int, parts: Int) -> Int { (count + parts - 1) / parts }

  /// Codes a stream; its symbol count is not part of it.
  package static func encode(_ symbols: [UInt8], histogram: Histogram) -> Coded {
    let logarithm = partsLog2(count: symbols.count)
    if let symbol = histogram.onlySymbol ?? (symbols.isEmpty ? 0 : nil) {
      let table = HuffmanTable.single(symbol).serialized(partsLog2: 0)
      return Coded(bytes: table, tableByteCount: table.count)
    }
    let code = HuffmanCode(histogram)
    var bytes = HuffmanTable.code(code).serialized(partsLog2: logarithm)
    let tableByteCount = bytes.count
    let parts = 1 << logarithm
    let length = partLength(count: symbols.count, parts: parts)
    let codes = code.codes
    let streams = (0..<parts).map { part in
      let start = min(part * length, symbols.count)
      return encode(symbols, start..<min(start + length, symbols.count), codes, code.lengths)
    }
    for stream in streams.dropLast() { bytes.appendVarint(stream.count) }
    for stream in streams { bytes += stream }
    return Coded(bytes: bytes, tableByteCount: tableByteCount)
  }

  /// The bytes that `encode` would give, without coding anything; exact but for the rounding of
  /// parts to whole bytes.
  package static func estimatedByteCount(_ histogram: Histogram) -> Int {
    if histogram.onlySymbol != nil { return 2 }
    let total = histogram.total
    guard total > 0 else { return 2 }
    let code = HuffmanCode(histogram)
    let parts = 1 << partsLog2(count: total)
    let table = HuffmanTable.code(code).serialized(partsLog2: 0).count
    return table + (code.bitCount(histogram) + 7) / 8 + (parts - 1) * 3
  }

  private static func encode(
    _ symbols: [UInt8], _ range: Range<Int>, _ codes: [UInt16], _ lengths: [UInt8]
  ) -> [UInt8] {
    var writer = BitWriter()
    for index in range {
      let symbol = Int(symbols[index])
      writer.append(UInt32(codes[symbol]), width: Int(lengths[symbol]))
    }
    return writer.finish()
  }
}
