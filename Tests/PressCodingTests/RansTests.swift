import PressTensor
import PressTestSupport
import Testing

@testable import PressCoding

@Suite("Range asymmetric numeral systems") struct RansTests {
  static func encoded(_ symbols: [UInt8]) -> [UInt8] {
    Rans.encode(symbols, histogram: Histogram(symbols.rawSpan))
  }

  @Test(
    "What is encoded decodes to itself at every length around the states",
    arguments: [0.01, 0.5, 0.95])
  func roundTrip(ratio: Double) throws {
    for count in Array(0...20) + [2047, 2048, 2049, 2050, 2051, 32_767, 32_768, 32_771] {
      let symbols = HuffmanTests.sample(count: count, ratio: ratio, seed: UInt64(count))
      let bytes = Self.encoded(symbols)
      #expect(try Rans.decode(bytes.rawSpan, count: count) == symbols, "\(count), \(ratio)")
    }
  }

  @Test("Streams of all 256 symbols, of two, and of one and a rare other decode")
  func alphabets() throws {
    var generator = SeededGenerator(seed: 4)
    let all = (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let two = (0..<50_000).map { _ in Bool.random(using: &generator) ? UInt8(3) : 250 }
    var rare = [UInt8](repeating: 7, count: 20_000)
    rare[12_345] = 9
    for symbols in [all, two, rare, Array(all[..<300])] {
      let bytes = Self.encoded(symbols)
      #expect(try Rans.decode(bytes.rawSpan, count: symbols.count) == symbols)
    }
    #expect(Self.encoded(rare).count < 60)
  }

  @Test("The size is within 0.1 % of the order-0 entropy, the table, and 4 bytes a state")
  func size() throws {
    for (seed, ratio) in [0.05, 0.3, 0.6, 0.9, 0.97, 0.995].enumerated() {
      let symbols = HuffmanTests.sample(count: 100_000, ratio: ratio, seed: UInt64(seed))
      let histogram = Histogram(symbols.rawSpan)
      let bytes = Self.encoded(symbols)
      let table = try Rans.tableByteCount(bytes.rawSpan)
      let bound = Double(histogram.entropyBits) / 8 * 1.001 + Double(table + 8 * 4)
      #expect(Double(bytes.count) <= bound, "\(ratio): \(bytes.count), \(bound)")
      #expect(abs(Rans.estimatedByteCount(histogram) - bytes.count) < 40)
    }
  }

  @Test("Tables say what they were made of")
  func tables() throws {
    for step in [1, 2, 3, 17, 40, 255] {
      var counts = [Int](repeating: 0, count: 256)
      for symbol in stride(from: 0, to: 256, by: step) { counts[symbol] = symbol * symbol + 1 }
      for precision in Frequencies.precisions {
        let frequencies = Frequencies(Histogram(counts: counts), precision: precision)
        let bytes = RansTable.frequencies(frequencies).serialized(statesLog2: 3)
        let (table, states, length) = try RansTable.read(bytes.rawSpan)
        #expect(table == .frequencies(frequencies) && states == 8 && length == bytes.count)
      }
    }
  }

  @Test("Every truncation and every flipped bit is an error or another text, never a trap")
  func damage() {
    let symbols = HuffmanTests.sample(count: 2100, ratio: 0.7, seed: 3)
    let coded = Self.encoded(symbols)
    for length in 0..<coded.count {
      #expect(throws: CodingError.self) {
        try Rans.decode(Array(coded[..<length]).rawSpan, count: symbols.count)
      }
    }
    for position in 0..<(coded.count * 8) {
      var bytes = coded
      bytes[position / 8] ^= 1 << UInt8(position % 8)
      let decoded = try? Rans.decode(bytes.rawSpan, count: symbols.count)
      #expect(decoded != symbols, "bit \(position)")
    }
  }

  @Test("A count that the stream can't hold allocates nothing")
  func lyingCount() {
    let coded = Self.encoded(HuffmanTests.sample(count: 500, ratio: 0.5, seed: 1))
    #expect(throws: CodingError.self) { try Rans.decode(coded.rawSpan, count: 1 << 60) }
  }

  @Test("Each way to be malformed has its error")
  func errors() {
    func decode(_ bytes: [UInt8], _ count: Int = 4) throws(CodingError) {
      _ = try Rans.decode(bytes.rawSpan, count: count)
    }
    // Symbols 0 and 1, each 128 of 256: lengths of 8 bits, then 7 zeros, for both.
    let pair: [UInt8] = [8, 0, 1, 0x08, 0x40, 0]
    let state: [UInt8] = [0, 0, 1, 0]
    #expect(throws: CodingError.truncated(needed: 2, found: 1)) { try decode([8]) }
    #expect(throws: CodingError.truncated(needed: 3, found: 2)) { try decode([8, 0]) }
    #expect(throws: CodingError.truncated(needed: 5, found: 4)) { try decode([8, 0, 1, 0x08]) }
    #expect(throws: CodingError.unknownTable(7)) { try decode([7, 0, 1]) }
    #expect(throws: CodingError.unknownTable(15)) { try decode([15, 0, 1]) }
    #expect(throws: CodingError.unknownTable(0x68)) { try decode([0x68, 0, 1]) }
    #expect(throws: CodingError.badTableRange) { try decode([8, 1, 1, 0]) }
    #expect(throws: CodingError.badTableRange) { try decode([8, 0, 1, 0xF0]) }
    #expect(throws: CodingError.badFrequencies(sum: 129, expected: 256)) {
      try decode([8, 0, 1, 0x08, 0x08, 0])
    }
    #expect(throws: CodingError.trailingBits(stream: 0)) {
      try decode([8, 0, 1, 0x08, 0x40, 0x80] + state)
    }
    #expect(throws: CodingError.truncated(needed: 10, found: 9)) {
      try decode(pair + state.dropLast())
    }
    #expect(throws: CodingError.badState) { try decode(pair + [0, 0, 0, 0]) }
    #expect(throws: CodingError.badState) { try decode(pair + [0, 0, 2, 0], 0) }
    #expect(throws: CodingError.truncated(needed: 12, found: 10)) { try decode(pair + state) }
    #expect(throws: CodingError.trailingBytes(1)) { try decode(pair + state + [0], 0) }
    #expect(throws: CodingError.trailingBytes(1)) { try decode([0, 9, 9]) }
  }
}
