import PressTensor

/// Which elements of a set of weights are the smallest ones.
///
/// Every key below `key` is among them, and of those equal to it the first `ties` in the order of the
/// weights and then of their elements.
struct MagnitudeThreshold {
  /// The key at which the selection ends.
  let key: UInt64
  /// How many elements with exactly that key each weight gives up, its first ones.
  let ties: [Int]

  /// Selects the `count` smallest of all elements, unstored ones (which are 0) included.
  ///
  /// Four passes over the weights, each settling 16 bits of the key; nothing else is held in memory.
  init(count: Int, of weights: [Weight]) throws {
    precondition(count <= weights.reduce(0) { $0 + $1.shape.count }, "more than there is")
    guard count > 0 else {
      key = 0
      ties = [Int](repeating: 0, count: weights.count)
      return
    }
    var prefix: UInt64 = 0
    var rest = count
    var lastCounts: [Int] = []
    for shift in stride(from: 48, through: 0, by: -16) {
      var histogram = [Int](repeating: 0, count: 1 << 16)
      for weight in weights {
        try Self.count(weight, prefix: prefix, shift: shift, into: &histogram)
      }
      var bucket = 0
      while histogram[bucket] < rest {
        rest -= histogram[bucket]
        bucket += 1
      }
      prefix |= UInt64(bucket) << UInt64(shift)
    }
    key = prefix
    for weight in weights {
      var equal = 0
      let list = try MagnitudeList(weight, try weight.contents())
      if prefix == 0 { equal = weight.shape.count - list.count }
      list.forEach { if $1 == prefix { equal += 1 } }
      lastCounts.append(min(equal, rest))
      rest -= min(equal, rest)
    }
    ties = lastCounts
  }

  private static func count(
    _ weight: Weight, prefix: UInt64, shift: Int, into histogram: inout [Int]
  ) throws {
    let list = try MagnitudeList(weight, try weight.contents())
    if prefix == 0 { histogram[0] += weight.shape.count - list.count }
    var counts = [Int](repeating: 0, count: 1 << 16)
    let settled: UInt64 = shift == 48 ? 0 : .max << UInt64(shift + 16)
    list.forEach { _, key in
      if key & settled == prefix { counts[Int(key >> UInt64(shift) & 0xFFFF)] += 1 }
    }
    for (bucket, count) in counts.enumerated() where count > 0 { histogram[bucket] += count }
  }
}
