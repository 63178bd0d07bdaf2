import PressTensor

/// Byte streams under a range variant of asymmetric numeral systems (1311.2540) with fixed
/// frequencies: states of 32 bits that take turns, refilled by 16 bits at a time.
package enum Rans {
  /// What a state holds at least between two symbols.
  static let bound: UInt32 = 1 << 16
  /// The most symbols that a byte of a stream may stand for.
  static let expansionLimit = 1 << 10

  /// The states for a stream of so many symbols: each costs some 3 bytes, and a few run side by side.
  static func statesLog2(count: Int) -> Int { count < 1 << 11 ? 0 : count < 1 << 15 ? 2 : 3 }

  /// Codes a stream; its symbol count is not part of it.
  package static func encode(_ symbols: [UInt8], histogram: Histogram) -> [UInt8] {
    if let symbol = histogram.onlySymbol ?? (symbols.isEmpty ? 0 : nil) {
      return RansTable.single(symbol).serialized(statesLog2: 0)
    }
    let frequencies = best(histogram).frequencies
    let logarithm = statesLog2(count: symbols.count)
    var bytes = RansTable.frequencies(frequencies).serialized(statesLog2: logarithm)
    let (states, words) = coded(symbols, frequencies, states: 1 << logarithm)
    bytes.reserveCapacity(bytes.count + 4 * states.count + 2 * words.count)
    for state in states { bytes.appendLittleEndian(state) }
    for word in words.reversed() { bytes.appendLittleEndian(word) }
    return bytes
  }

  /// About the bytes that `encode` would give, without coding anything.
  package static func estimatedByteCount(_ histogram: Histogram) -> Int {
    let total = histogram.total
    guard total > 0, histogram.onlySymbol == nil else { return 2 }
    return best(histogram).byteCount + 3 * (1 << statesLog2(count: total))
  }

  /// The frequencies of the precision at which table and symbols together are smallest.
  private static func best(
    _ histogram: Histogram
  ) -> (frequencies: Frequencies, byteCount: Int) {
    let present = histogram.counts.count { $0 > 0 }
    let candidates = Frequencies.precisions.filter { 1 << $0 >= present }.map { precision in
      let frequencies = Frequencies(histogram, precision: precision)
      let table = RansTable.frequencies(frequencies).serialized(statesLog2: 0).count
      return (frequencies, table + Int(frequencies.cost(histogram) / (8 * 0x1p32)))
    }
    return candidates.min { $0.1 < $1.1 } ?? candidates[0]
  }

  /// The states that decoding begins with, and the words in the order in which they were written:
  /// from the last symbol to the first.
  private static func coded(
    _ symbols: [UInt8], _ frequencies: Frequencies, states count: Int
  ) -> (states: [UInt32], words: [UInt16]) {
    let (counts, starts) = (frequencies.counts, frequencies.starts)
    let precision = UInt32(frequencies.precision)
    var states = [UInt32](repeating: bound, count: count)
    var words: [UInt16] = []
    for index in symbols.indices.reversed() {
      let symbol = Int(symbols[index])
      let frequency = UInt32(counts[symbol])
      var state = states[index & (count - 1)]
      if UInt64(state) >= UInt64(frequency) << UInt64(32 - precision) {
        words.append(UInt16(truncatingIfNeeded: state))
        state >>= 16
      }
      let (quotient, rest) = state.quotientAndRemainder(dividingBy: frequency)
      states[index & (count - 1)] = quotient << precision + rest + starts[symbol]
    }
    return (states, words)
  }
}
