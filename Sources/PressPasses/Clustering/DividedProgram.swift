/// The best clustering of sorted points by dynamic programming.
///
/// The best cut before the last cluster never moves back when points are added, so that each row of
/// the table is filled by dividing it at its middle (Wu 1991; Grønlund et al., 1701.07204): k * n * log n
/// steps.
struct DividedProgram {
  private let points: SortedPoints
  /// The cost of the best clustering of the first points, for the row before and for this one.
  private var last: [Double]
  private var best: [Double]
  /// Where the last cluster of the best clustering begins, row after row.
  private var cuts: [Int32]

  /// The steps that so many points and clusters take.
  static func work(points: Int, clusters: Int) -> Int {
    points * clusters * (Int.bitWidth - points.leadingZeroBitCount)
  }

  /// The partition of least squared error into exactly so many clusters, at most one for each point.
  static func partition(_ points: SortedPoints, clusters: Int) -> Partition {
    var program = DividedProgram(points, clusters: clusters)
    for row in 1..<max(clusters, 1) {
      swap(&program.last, &program.best)
      let places = (row + 1)...points.count
      program.fill(row, places, from: row...(points.count - 1))
    }
    return program.traced(clusters)
  }

  private init(_ points: SortedPoints, clusters: Int) {
    self.points = points
    last = [Double](repeating: .infinity, count: points.count + 1)
    best = last
    for end in 1...points.count { best[end] = points.cost(0, end) }
    cuts = [Int32](repeating: 0, count: clusters * (points.count + 1))
  }

  /// Fills some places of a row, whose best cuts lie in a range.
  private mutating func fill(
    _ row: Int, _ places: ClosedRange<Int>, from range: ClosedRange<Int>
  ) {
    let middle = (places.lowerBound + places.upperBound) / 2
    var (least, cut) = (Double.infinity, range.lowerBound)
    for start in range.lowerBound...min(range.upperBound, middle - 1) {
      let cost = last[start] + points.cost(start, middle)
      if cost < least { (least, cut) = (cost, start) }
    }
    best[middle] = least
    cuts[row * (points.count + 1) + middle] = Int32(cut)
    if places.lowerBound < middle {
      fill(row, places.lowerBound...(middle - 1), from: range.lowerBound...cut)
    }
    if middle < places.upperBound {
      fill(row, (middle + 1)...places.upperBound, from: cut...range.upperBound)
    }
  }

  private func traced(_ clusters: Int) -> Partition {
    var bounds = [points.count]
    var end = points.count
    for row in (0..<clusters).reversed() {
      end = Int(cuts[row * (points.count + 1) + end])
      bounds.append(end)
    }
    return Partition(bounds: bounds.reversed())
  }
}
