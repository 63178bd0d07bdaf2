/// How often each symbol is expected: parts of 2^precision, one at least for those that occur.
struct Frequencies: Equatable {
  /// The precisions that there are.
  static let precisions = 8...14

  /// The base-2 logarithm of the frequencies' sum.
  let precision: Int
  /// The frequency of each of the 256 symbols; 0 for those that do not occur.
  let counts: [UInt16]

  /// Frequencies as they were read, which must add up.
  init(precision: Int, counts: [UInt16]) throws(CodingError) {
    let sum = counts.reduce(0) { $0 + Int($1) }
    guard sum == 1 << precision else {
      throw .badFrequencies(sum: sum, expected: 1 << precision)
    }
    (self.precision, self.counts) = (precision, counts)
  }

  /// The frequencies of a precision under which symbols with some counts take the fewest bits.
  ///
  /// Each symbol gets its share, rounded down; what is missing goes where it saves most, what is too
  /// much is taken where it costs least.
  ///
  /// - Parameter histogram: At least two different symbols, at most 2^precision.
  init(_ histogram: Histogram, precision: Int) {
    let total = UInt64(histogram.total)
    var counts = [UInt16](repeating: 0, count: 256)
    for symbol in 0..<256 where histogram.counts[symbol] > 0 {
      let product = UInt64(histogram.counts[symbol]).multipliedFullWidth(by: 1 << precision)
      counts[symbol] = UInt16(max(1, total.dividingFullWidth(product).quotient))
    }
    var rest = 1 << precision - counts.reduce(0) { $0 + Int($1) }
    func gain(_ symbol: Int, _ midpoint: Double) -> Double {
      Double(histogram.counts[symbol]) / (Double(counts[symbol]) + midpoint)
    }
    let present = (0..<256).filter { counts[$0] > 0 }
    while rest > 0 {
      guard let best = present.max(by: { gain($0, 0.5) < gain($1, 0.5) }) else { break }
      counts[best] += 1
      rest -= 1
    }
    while rest < 0 {
      let shrinkable = present.filter { counts[$0] > 1 }
      guard let best = shrinkable.min(by: { gain($0, -0.5) < gain($1, -0.5) }) else { break }
      counts[best] -= 1
      rest += 1
    }
    (self.precision, self.counts) = (precision, counts)
  }

  /// The first number of each symbol's own among the numbers below 2^precision.
  var starts: [UInt32] {
    var next: UInt32 = 0
    return counts.map { count in
      defer { next += UInt32(count) }
      return next
    }
  }

  /// The bits that symbols with these counts take, without the states' own; in units of 2^-32.
  func cost(_ histogram: Histogram) -> Double {
    var cost = 0.0
    for symbol in 0..<256 where histogram.counts[symbol] > 0 {
      let bits = UInt64(precision) << 32 - Histogram.logarithm(Int(counts[symbol]))
      cost += Double(histogram.counts[symbol]) * Double(bits)
    }
    return cost
  }
}
