import PressKernels

/// How many float32 keys fall into each of 2^22 buckets, and their exact mean there.
///
/// A bucket holds the keys with the same sign, exponent and upper 13 bits of the fraction. Within it
/// numbers grow with the key in equal steps, so that a sum of keys' lower bits, an integer, gives
/// the sum of the numbers, whatever the order in which it was built.
struct KeyHistogram: Sendable {
  private static let lowBits = 10
  private static let bucketCount = 1 << (32 - lowBits)
  /// The bits below the count of a bucket, for the sum of the lower bits.
  private static let sumBits = 37
  /// The most keys that are counted into one field.
  private static let largestPart = 1 << (64 - sumBits - 1)

  /// What fell into a bucket.
  private struct Bucket {
    var number: Int
    var count: UInt64
    /// The sum of the keys' lower bits.
    var sum: UInt64
  }

  /// The buckets that hold anything.
  private let buckets: [Bucket]
  private let keys: [UInt32]
  private let zeros: Int
  private let threads: Int

  /// Counts keys, on up to so many threads.
  ///
  /// - Parameter zeros: The number of zeros among the keys if they are to be left out, else 0.
  init(_ keys: [UInt32], zeros: Int, threads: Int) throws {
    let count = max(1, threads, (keys.count + Self.largestPart - 1) / Self.largestPart)
    let parts = try Parallel.map(count, threads: threads) { part in
      var fields = [UInt64](repeating: 0, count: Self.bucketCount)
      for index in Self.range(part, of: count, keys.count) {
        let key = keys[index]
        fields[Int(key >> UInt32(Self.lowBits))] += 1 << UInt64(Self.sumBits) + Self.low(key)
      }
      return fields
    }
    buckets = Self.filled(parts, zeros: zeros)
    (self.keys, self.zeros, self.threads) = (keys, zeros, threads)
  }

  private static func low(_ key: UInt32) -> UInt64 { UInt64(key) & (1 << UInt64(lowBits) - 1) }

  private static func range(_ part: Int, of parts: Int, _ count: Int) -> Range<Int> {
    (count * part / parts)..<(count * (part + 1) / parts)
  }

  /// Adds up the fields of all parts.
  private static func filled(_ parts: [[UInt64]], zeros: Int) -> [Bucket] {
    var filled: [Bucket] = []
    for number in 0..<bucketCount {
      var bucket = Bucket(number: number, count: 0, sum: 0)
      for part in parts.indices where parts[part][number] != 0 {
        bucket.count += parts[part][number] >> UInt64(sumBits)
        bucket.sum += parts[part][number] & (1 << UInt64(sumBits) - 1)
      }
      // 0 is the first key of its bucket and adds nothing to the sum.
      if number == UInt32.ofZero >> UInt32(lowBits) { bucket.count -= UInt64(zeros) }
      if bucket.count > 0 { filled.append(bucket) }
    }
    return filled
  }

  /// One point for each bucket that isn't empty, at its mean; the distinct numbers themselves of
  /// buckets that are opened.
  ///
  /// - Parameter opened: The distinct keys of those buckets, ascending.
  func points(opened: DistinctKeys<UInt32>) -> BucketPoints {
    var result = BucketPoints()
    var next = 0
    for bucket in buckets {
      let before = next
      while next < opened.keys.count, opened.keys[next] >> UInt32(Self.lowBits) == bucket.number {
        result.append(opened.keys[next].number, opened.weights[next], bucket: nil)
        next += 1
      }
      if next > before { continue }
      let first = UInt32(bucket.number) << UInt32(Self.lowBits)
      let step = (first + 1).number - first.number
      let number = first.number + step * Double(bucket.sum) / Double(bucket.count)
      let isSingle =
        bucket.count == 1 || bucket.sum == 0 || bucket.sum == bucket.count * Self.low(.max)
      result.append(number, Double(bucket.count), bucket: isSingle ? nil : bucket.number)
    }
    return result
  }

  /// The distinct keys in some buckets.
  func open(_ buckets: Set<Int>) throws -> DistinctKeys<UInt32> {
    var isChosen = [Bool](repeating: false, count: Self.bucketCount)
    for bucket in buckets { isChosen[bucket] = true }
    let (chosen, count) = (isChosen, max(threads, 1))
    let lists = try Parallel.map(count, threads: threads) { part in
      var list: [UInt32] = []
      for index in Self.range(part, of: count, keys.count)
      where chosen[Int(keys[index] >> UInt32(Self.lowBits))] {
        list.append(keys[index])
      }
      return list
    }
    return DistinctKeys(lists.flatMap { $0 }, isZeroLeftOut: zeros > 0)
  }
}

/// The points of a histogram.
struct BucketPoints {
  private(set) var numbers: [Double] = []
  private(set) var weights: [Double] = []
  /// The bucket of each point that stands for several numbers.
  private(set) var buckets: [Int?] = []

  /// Whether every point is one number.
  var isExact: Bool { !buckets.contains { $0 != nil } }

  fileprivate mutating func append(_ number: Double, _ weight: Double, bucket: Int?) {
    numbers.append(number)
    weights.append(weight)
    buckets.append(bucket)
  }
}

/// The different ones among some keys, ascending, and how often each occurs.
struct DistinctKeys<Key: OrderedKey> {
  private(set) var keys: [Key] = []
  private(set) var weights: [Double] = []

  /// Sorts and counts keys.
  init(_ list: [Key], isZeroLeftOut: Bool) {
    for key in list.radixSorted() where !(isZeroLeftOut && key == .ofZero) {
      if let last = keys.last, last == key {
        weights[weights.count - 1] += 1
      } else {
        keys.append(key)
        weights.append(1)
      }
    }
  }
}
