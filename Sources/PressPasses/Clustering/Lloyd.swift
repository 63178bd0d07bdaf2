/// Lloyd's iterations on sorted points: each costs a search for every cluster and none of the points.
enum Lloyd {
  /// The most iterations.
  static let limit = 1000

  /// Moves means until no point changes its cluster.
  ///
  /// - Parameter start: means of values, in ascending order. A cluster without points
  ///   keeps its mean, and is left out in the end.
  /// - Returns: the clusters, and the iterations that were needed.
  static func partition(
    _ points: SortedPoints, from start: [Double]
  ) -> (partition: Partition, iterations: Int) {
    var means = start
    var bounds = cut(points, means)
    for iteration in 1...limit {
      for cluster in means.indices where bounds[cluster] < bounds[cluster + 1] {
        means[cluster] = points.mean(bounds[cluster], bounds[cluster + 1])
      }
      let next = cut(points, means)
      if next == bounds { return (withoutEmpty(bounds), iteration) }
      bounds = next
    }
    return (withoutEmpty(bounds), limit)
  }

  /// Cuts half-way between neighbouring means.
  private static func cut(_ points: SortedPoints, _ means: [Double]) -> [Int] {
    var bounds = [0]
    for (mean, next) in zip(means, means.dropFirst()) {
      bounds.append(points.firstPlace(above: (mean + next) / 2, from: bounds[bounds.count - 1]))
    }
    return bounds + [points.count]
  }

  private static func withoutEmpty(_ bounds: [Int]) -> Partition {
    var kept = [0]
    for bound in bounds where bound > kept[kept.count - 1] { kept.append(bound) }
    return Partition(bounds: kept)
  }
}
