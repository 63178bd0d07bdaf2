import PressTensor

/// How often each byte value occurs.
package struct Histogram: Sendable, Equatable {
  /// The counts, one for each of the 256 values.
  package private(set) var counts = [Int](repeating: 0, count: 256)

  /// No bytes yet.
  package init() {}

  /// Counts given by someone else.
  package init(counts: [Int]) {
    precondition(counts.count == 256, "one count for each byte value")
    self.counts = counts
  }

  /// The bytes of a span.
  package init(_ span: RawSpan) {
    // Four tables: equal neighbours would otherwise wait for each other's increment.
    var tables = [Int](repeating: 0, count: 1024)
    var places = tables.mutableSpan
    var offset = 0
    while offset + 8 <= span.byteCount {
      var word = span.loadLittleEndian(UInt64.self, at: offset)
      for _ in 0..<2 {
        places[Int(word & 0xFF)] &+= 1
        places[256 &+ Int(word >> 8 & 0xFF)] &+= 1
        places[512 &+ Int(word >> 16 & 0xFF)] &+= 1
        places[768 &+ Int(word >> 24 & 0xFF)] &+= 1
        word >>= 32
      }
      offset &+= 8
    }
    while offset < span.byteCount {
      places[Int(span.loadLittleEndian(UInt8.self, at: offset))] &+= 1
      offset &+= 1
    }
    for symbol in 0..<256 {
      counts[symbol] =
        tables[symbol] + tables[256 + symbol] + tables[512 + symbol] + tables[768 + symbol]
    }
  }

  /// Adds occurrences of a symbol.
  package mutating func add(_ symbol: Int, times: Int = 1) {
    counts[symbol] += times
  }

  /// The number of bytes counted.
  package var total: Int { counts.reduce(0, +) }

  /// The largest byte value that occurs.
  package var largest: Int? { counts.lastIndex { $0 > 0 } }

  /// The one symbol that occurs, if no other does.
  package var onlySymbol: UInt8? {
    let present = counts.indices.filter { counts[$0] > 0 }
    return present.count == 1 ? UInt8(present[0]) : nil
  }

  /// The order-0 entropy of all counted symbols together, in whole bits.
  ///
  /// `sum of c * log2(total / c)`, computed in integers so that every machine agrees.
  package var entropyBits: Int {
    let total = total
    guard total > 0 else { return 0 }
    let whole = Self.logarithm(total)
    var sum: (high: UInt64, low: UInt64) = (0, 1 << 31)
    for count in counts where count > 0 {
      let product = UInt64(count).multipliedFullWidth(by: whole &- Self.logarithm(count))
      let (low, carry) = sum.low.addingReportingOverflow(product.low)
      sum = (sum.high &+ product.high &+ (carry ? 1 : 0), low)
    }
    return Int(sum.high << 32 | sum.low >> 32)
  }

  /// The base-2 logarithm of a positive integer with 32 bits behind the point.
  static func logarithm(_ value: Int) -> UInt64 {
    let integer = 63 - value.leadingZeroBitCount
    var mantissa = UInt64(value) << UInt64(63 - integer)
    var result = UInt64(integer) << 32
    for bit in stride(from: 31, through: 0, by: -1) {
      let square = mantissa.multipliedFullWidth(by: mantissa).high
      if square >> 63 == 1 {
        result |= 1 << UInt64(bit)
        mantissa = square
      } else {
        mantissa = square << 1
      }
    }
    return result
  }
}
