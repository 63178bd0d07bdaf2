/// A canonical Huffman code over the 256 byte values, no code longer than 15 bits.
///
/// Codes count upwards by (length, symbol). They are sent from their highest bit on, into bytes
/// that fill from their lowest bit on; `codes` holds them reversed, ready to be appended.
package struct HuffmanCode: Sendable, Equatable {
  /// The longest code.
  package static let limit = 15

  /// The length of each symbol's code; 0 for symbols without one.
  package let lengths: [UInt8]

  /// The best code for a histogram of at least two different symbols.
  package init(_ histogram: Histogram) {
    lengths = PackageMerge.lengths(counts: histogram.counts, limit: Self.limit)
  }

  /// A code from its lengths, which must be complete.
  package init(lengths: [UInt8]) throws(CodingError) {
    var sum = 0
    for length in lengths where length > 0 { sum += 1 << (Self.limit - Int(length)) }
    guard sum == 1 << Self.limit else { throw .incompleteCode(sum: sum) }
    self.lengths = lengths
  }

  /// Each symbol's code with its first bit lowest.
  var codes: [UInt16] {
    var counts = [UInt16](repeating: 0, count: Self.limit + 1)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = counts
    var code: UInt16 = 0
    for length in 1...Self.limit {
      code = (code + counts[length - 1]) << 1
      next[length] = code
    }
    return lengths.map { length in
      guard length > 0 else { return 0 }
      let value = next[Int(length)]
      next[Int(length)] &+= 1
      return reversed(value, width: Int(length))
    }
  }

  private func reversed(_ code: UInt16, width: Int) -> UInt16 {
    var result: UInt16 = 0
    for bit in 0..<width where code >> UInt16(bit) & 1 == 1 {
      result |= 1 << UInt16(width - 1 - bit)
    }
    return result
  }

  /// The bits that symbols with these counts take.
  package func bitCount(_ histogram: Histogram) -> Int {
    zip(histogram.counts, lengths).reduce(0) { $0 + $1.0 * Int($1.1) }
  }
}
