import PressTensor
import PressTestSupport
import Testing

@testable import PressCoding

@Suite("Huffman coding") struct HuffmanTests {
  /// Symbols with a geometric distribution: the smaller `ratio`, the more skewed.
  static func sample(count: Int, ratio: Double, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      var symbol = 0
      while symbol < 255, Double.random(in: 0..<1, using: &generator) < ratio { symbol += 1 }
      return UInt8(symbol)
    }
  }

  @Test(
    "What is encoded decodes to itself at every length around the parts",
    arguments: [0.1, 0.5, 0.9, 0.99])
  func roundTrip(ratio: Double) throws {
    for count in Array(0...70) + [1023, 1024, 1025, 1026, 1027, 4099, 10_000] {
      let symbols = Self.sample(count: count, ratio: ratio, seed: UInt64(count))
      let coded = Huffman.encode(symbols, histogram: Histogram(symbols.rawSpan))
      let decoded = try Huffman.decode(coded.bytes.rawSpan, count: count)
      #expect(decoded == symbols, "count \(count), ratio \(ratio)")
    }
  }

  /// The cost of an optimal length-limited code by a second, plain package-merge: sets of symbols
  /// are merged as lists, and a symbol's length is the number of chosen lists that name it.
  static func referenceCost(_ counts: [Int], limit: Int) -> Int {
    let coins = counts.enumerated().filter { $0.element > 0 }
      .map { (weight: $0.element, symbols: [$0.offset]) }.sorted { $0.weight < $1.weight }
    var row = coins
    for _ in 1..<limit {
      var next = coins
      for pair in stride(from: 0, to: row.count - 1, by: 2) {
        next.append(
          (row[pair].weight + row[pair + 1].weight, row[pair].symbols + row[pair + 1].symbols))
      }
      row = next.sorted { $0.weight < $1.weight }
    }
    var lengths = [Int](repeating: 0, count: counts.count)
    for item in row.prefix(2 * coins.count - 2) {
      for symbol in item.symbols { lengths[symbol] += 1 }
    }
    return zip(lengths, counts).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test("The size is that of an optimal 15-bit code plus at most 8 bytes a part and the table")
  func optimalSize() {
    for (seed, ratio) in [0.3, 0.6, 0.9, 0.97, 0.995].enumerated() {
      let symbols = Self.sample(count: 20_000, ratio: ratio, seed: UInt64(seed))
      let histogram = Histogram(symbols.rawSpan)
      let coded = Huffman.encode(symbols, histogram: histogram)
      let optimum = Self.referenceCost(histogram.counts, limit: 15)
      #expect(coded.bytes.count <= (optimum + 7) / 8 + 4 * 8 + coded.tableByteCount)
      #expect(coded.tableByteCount <= 160)
    }
  }

  @Test("Counts that grow like Fibonacci's hit the limit and stay optimal")
  func limitedLengths() throws {
    var counts = [Int](repeating: 0, count: 256)
    (counts[0], counts[1]) = (1, 1)
    for symbol in 2..<40 { counts[symbol] = counts[symbol - 1] + counts[symbol - 2] }
    let code = HuffmanCode(Histogram(counts: counts))
    #expect(code.lengths.max() == 15)
    #expect(
      code.bitCount(Histogram(counts: counts)) == Self.referenceCost(counts, limit: 15))
    _ = try HuffmanCode(lengths: code.lengths)
  }

  @Test("Rare symbols with codes beyond the short table decode")
  func longCodes() throws {
    let symbols = Self.sample(count: 60_000, ratio: 0.5, seed: 5)
    let histogram = Histogram(symbols.rawSpan)
    #expect((HuffmanCode(histogram).lengths.max() ?? 0) > DecodingTable.width)
    let coded = Huffman.encode(symbols, histogram: histogram)
    #expect(try Huffman.decode(coded.bytes.rawSpan, count: symbols.count) == symbols)
  }

  @Test("A table of 256 symbols takes at most 160 bytes, and one of alternating symbols too")
  func tableSize() throws {
    for step in [1, 2, 3, 17] {
      var counts = [Int](repeating: 0, count: 256)
      for symbol in stride(from: 0, to: 256, by: step) { counts[symbol] = symbol * symbol + 1 }
      let code = HuffmanCode(Histogram(counts: counts))
      let bytes = HuffmanTable.code(code).serialized(partsLog2: 2)
      #expect(bytes.count <= 160, "every \(step)th symbol")
      let (table, parts, length) = try HuffmanTable.read(bytes.rawSpan)
      #expect(table == .code(code) && parts == 4 && length == bytes.count)
    }
  }

  @Test("Every truncation and every flipped bit is an error or another text, never a trap")
  func damage() {
    let symbols = Self.sample(count: 1500, ratio: 0.7, seed: 3)
    let coded = Huffman.encode(symbols, histogram: Histogram(symbols.rawSpan)).bytes
    for length in 0..<coded.count {
      #expect(throws: CodingError.self) {
        try Huffman.decode(Array(coded[..<length]).rawSpan, count: symbols.count)
      }
    }
    for position in 0..<(coded.count * 8) {
      var bytes = coded
      bytes[position / 8] ^= 1 << UInt8(position % 8)
      let decoded = try? Huffman.decode(bytes.rawSpan, count: symbols.count)
      #expect(decoded != symbols || position < 32)
    }
  }

  @Test("A count that the stream can't hold allocates nothing")
  func lyingCount() {
    let symbols = Self.sample(count: 500, ratio: 0.5, seed: 1)
    let coded = Huffman.encode(symbols, histogram: Histogram(symbols.rawSpan)).bytes
    #expect(throws: CodingError.self) { try Huffman.decode(coded.rawSpan, count: 1 << 60) }
  }
}
