import PressData

/// Where the clusters come from.
enum ClusterStart: Sendable {
  /// From the least squared error.
  case optimal
  /// From means at equal distances between the smallest and the largest value, and Lloyd's iterations.
  case linear
  /// From means with as many values between any two of them, and Lloyd's iterations.
  case density
  /// From values drawn at random, and Lloyd's iterations.
  case random(seed: UInt64)

  /// Means of values to begin Lloyd's iterations with, ascending; `nil` where there are none.
  func means(_ points: SortedPoints, clusters: Int) -> [Double]? {
    let last = points.count - 1
    switch self {
    case .optimal: return nil
    case .linear:
      let (low, high) = (points.values[0], points.values[last])
      return (0..<clusters).map {
        low + (high - low) * Double($0) / Double(max(clusters - 1, 1))
      }
    case .density:
      let places = (0..<clusters).map { cluster in
        place(at: (Double(cluster) + 0.5) / Double(clusters), points)
      }
      return places.map { points.values[$0] }
    case .random(let seed):
      var generator = SplitMix(seed: seed)
      let places = (0..<clusters).map { _ in
        place(at: Double(generator.next() >> 11) * 0x1p-53, points)
      }
      return places.map { points.values[$0] }.sorted()
    }
  }

  /// The point that a share of the whole weight falls on.
  private func place(at share: Double, _ points: SortedPoints) -> Int {
    var (low, high) = (0, points.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if points.weight(before: middle + 1) > share * points.weight {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
