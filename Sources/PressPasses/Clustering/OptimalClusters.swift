/// The clustering of sorted points into so many clusters that has the least squared error.
enum OptimalClusters {
  /// Up to here dynamic programming is the fastest; steps.
  private static let quickWork = 1 << 20
  /// Up to here it is done where nothing else finds the optimum; entries of its table.
  private static let largestTable = 1 << 25
  /// Points at which the penalty is looked for first.
  private static let coarseCount = 1 << 14

  /// The best clusters, fewer where there are fewer points.
  ///
  /// - Returns: the clusters, and the number of groups of points that only the best clustering of
  ///   was found, then made better by Lloyd's iterations; `nil` for the best of the points.
  static func partition(
    _ points: SortedPoints, clusters: Int
  ) -> (partition: Partition, groups: Int?) {
    guard points.count > clusters else { return (.single(points.count), nil) }
    if DividedProgram.work(points: points.count, clusters: clusters) <= quickWork {
      return (DividedProgram.partition(points, clusters: clusters), nil)
    }
    if let found = byPenalty(points, clusters, from: nil) { return (found.partition, nil) }
    if points.count * clusters <= largestTable {
      return (DividedProgram.partition(points, clusters: clusters), nil)
    }
    let (coarse, starts) = points.merged(to: largestTable / clusters / 16)
    let cuts = DividedProgram.partition(coarse, clusters: clusters).bounds.map { starts[$0] }
    let means = Partition(bounds: cuts).means(points)
    return (Lloyd.partition(points, from: means).partition, coarse.count)
  }

  /// Looks for the penalty at which the best clustering has just so many clusters.
  ///
  /// The least error is a convex function of the number of clusters, so that every number that isn't on
  /// a straight stretch of it has such penalties (Aggarwal, Schieber and Tokuyama 1994), and the
  /// clustering found is the best of its size. On a straight stretch nothing is found.
  private static func byPenalty(
    _ points: SortedPoints, _ clusters: Int, from start: Double?
  ) -> (partition: Partition, penalty: Double)? {
    var start = start
    if start == nil, points.count > 4 * coarseCount {
      let coarse = points.merged(to: coarseCount).points
      start = byPenalty(coarse, clusters, from: nil)?.penalty
    }
    var program = PenalizedProgram(points)
    var penalty = start ?? estimate(points, clusters)
    var (low, high) = (0.0, Double.infinity)
    for _ in 0..<100 {
      let partition = program.partition(penalty: penalty)
      if partition.count == clusters { return (partition, penalty) }
      if partition.count > clusters { low = penalty } else { high = penalty }
      guard low < high * (1 - 1e-12) else { return nil }
      // The penalty goes with the third power of the number, if the density is smooth.
      let ratio = Double(partition.count) / Double(clusters)
      penalty *= ratio * ratio * ratio
      if penalty <= low || penalty >= high {
        penalty = high < .infinity ? (low * high).squareRoot() : 2 * low
        if low == 0 { penalty = high / 16 }
      }
    }
    return nil
  }

  /// A penalty of the right size: half the number of clusters of it are about the error.
  private static func estimate(_ points: SortedPoints, _ clusters: Int) -> Double {
    let partition = Partition(
      bounds: (0...clusters).map { $0 * points.count / clusters })
    return max(2 * partition.cost(points) / Double(clusters), .leastNormalMagnitude)
  }
}
