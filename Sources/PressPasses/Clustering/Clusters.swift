/// The entries that stand for a list of numbers, and how they were found.
struct Clusters: Sendable {
  /// What is known about the squared error.
  enum Kind: Hashable, Sendable {
    /// Each number has an entry: there is none.
    case exact
    /// No other entries have a smaller one.
    case optimal
    /// The optimum of so many groups of neighbouring numbers, refined by Lloyd's iterations.
    case grouped(Int)
    /// What so many of Lloyd's iterations came to.
    case local(iterations: Int)
  }

  /// The numbers, ascending; without the 0 that zeros may have to themselves.
  var entries: [Double]
  /// How they were found.
  var kind: Kind

  /// How many numbers are sorted at most; more are counted in a histogram.
  static let sortedLimit = 1 << 22

  /// At most `count` entries for keys.
  ///
  /// - Parameter zeros: The number of zeros among the keys if they are no concern of the entries,
  ///   else 0.
  static func find<Key: OrderedKey>(
    _ keys: [Key], zeros: Int = 0, count: Int, start: ClusterStart, threads: Int,
    sortedLimit: Int = Clusters.sortedLimit
  ) throws -> Clusters {
    if keys.count > sortedLimit, let keys = keys as? [UInt32] {
      let histogram = try KeyHistogram(keys, zeros: zeros, threads: threads)
      return try find(histogram, count: count, start: start)
    }
    let distinct = DistinctKeys(keys, isZeroLeftOut: zeros > 0)
    guard distinct.keys.count > count else {
      return Clusters(entries: distinct.keys.map(\.number), kind: .exact)
    }
    let points = SortedPoints(distinct.keys.map(\.number), weights: distinct.weights)
    let found = partition(points, count: count, start)
    return Clusters(entries: found.partition.means(points).map(points.number), kind: found.kind)
  }

  /// Clusters the buckets of a histogram, then opens those near to a border and goes on with the
  /// numbers in them, until no border is near to one that is closed.
  private static func find(
    _ histogram: KeyHistogram, count: Int, start: ClusterStart
  ) throws -> Clusters {
    var buckets = histogram.points(opened: try histogram.open([]))
    if buckets.numbers.count <= count {
      buckets = histogram.points(opened: try histogram.open(Set(buckets.buckets.compactMap { $0 })))
    }
    if buckets.isExact, buckets.numbers.count <= count {
      return Clusters(entries: buckets.numbers, kind: .exact)
    }
    var points = SortedPoints(buckets.numbers, weights: buckets.weights)
    var (found, kind) = partition(points, count: count, start)
    if case .optimal = kind, !buckets.isExact { kind = .grouped(points.count) }
    var chosen: Set<Int> = []
    for _ in 0..<8 {
      let near = found.bounds.dropFirst().dropLast().flatMap { bound in
        buckets.buckets[max(0, bound - 3)..<min(points.count, bound + 3)].compactMap { $0 }
      }
      guard !near.isEmpty else { break }
      chosen.formUnion(near)
      let means = found.means(points).map(points.number)
      buckets = histogram.points(opened: try histogram.open(chosen))
      points = SortedPoints(buckets.numbers, weights: buckets.weights)
      found = Lloyd.partition(points, from: means.map(points.value)).partition
    }
    return Clusters(entries: found.means(points).map(points.number), kind: kind)
  }

  private static func partition(
    _ points: SortedPoints, count: Int, _ start: ClusterStart
  ) -> (partition: Partition, kind: Kind) {
    guard let means = start.means(points, clusters: count) else {
      let (partition, groups) = OptimalClusters.partition(points, clusters: count)
      return (partition, groups.map { .grouped($0) } ?? .optimal)
    }
    let (partition, iterations) = Lloyd.partition(points, from: means)
    return (partition, .local(iterations: iterations))
  }
}
