/// Numbers in ascending order, each with a weight, prepared for questions about runs of them.
///
/// Sums of a run are differences of sums from the middle point on. Values are the numbers scaled by a
/// power of two, so that no square leaves the range of a Double, and relative to the middle one: so
/// little is lost to cancellation, whatever stands at the ends.
struct SortedPoints: Sendable {
  /// Each point's distance from the middle one, scaled.
  let values: [Double]
  private let scale: Double
  private let center: Double
  /// The weight, the weight times the value, and that times the value again, of all points before each
  /// place less those before the middle.
  private let sums: [SIMD4<Double>]

  /// Points in strictly ascending order with positive weights.
  init(_ numbers: [Double], weights: [Double]) {
    let largest = max(numbers.first?.magnitude ?? 0, numbers.last?.magnitude ?? 0)
    let exponent = largest == 0 ? 0 : max(-1000, min(Int(largest.exponent), 1000))
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    let middle = numbers.count / 2
    let center = numbers.isEmpty ? 0 : numbers[middle] * scale
    (self.scale, self.center) = (scale, center)
    let values = numbers.map { $0 * scale - center }
    var sums = [SIMD4<Double>](repeating: .zero, count: numbers.count + 1)
    func terms(_ place: Int) -> SIMD4<Double> {
      let first = weights[place] * values[place]
      return SIMD4(weights[place], first, first * values[place], 0)
    }
    for place in middle..<numbers.count { sums[place + 1] = sums[place] + terms(place) }
    for place in (0..<middle).reversed() { sums[place] = sums[place + 1] - terms(place) }
    (self.values, self.sums) = (values, sums)
  }

  /// The number of points.
  var count: Int { values.count }

  /// The number that a value stands for.
  func number(_ value: Double) -> Double { (value + center) / scale }

  /// The value that stands for a number.
  func value(_ number: Double) -> Double { number * scale - center }

  /// The weight of all points.
  var weight: Double { weight(before: count) }

  /// The weight of the points before a place.
  func weight(before place: Int) -> Double { sums[place].x - sums[0].x }

  /// The squared error of a cluster of the points in a run that isn't empty.
  @inline(__always)
  func cost(_ start: Int, _ end: Int) -> Double {
    // What differences of large sums leave of a single point may outweigh all that is small.
    if end - start == 1 { return 0 }
    let sum = sums[end] - sums[start]
    return sum.z - sum.y * sum.y / sum.x
  }

  /// The mean of the points' values in a run that isn't empty.
  func mean(_ start: Int, _ end: Int) -> Double {
    let sum = sums[end] - sums[start]
    return sum.y / sum.x
  }

  /// The first place from `start` on whose value is above a number.
  func firstPlace(above number: Double, from start: Int = 0) -> Int {
    var (low, high) = (start, count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] > number { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// At most so many points, each of them the mean of as many neighbours.
  ///
  /// - Returns: the points, and the place at which each begins, the end behind the last.
  func merged(to limit: Int) -> (points: SortedPoints, starts: [Int]) {
    let size = (count + limit - 1) / limit
    let starts = Array(stride(from: 0, to: count, by: size)) + [count]
    var (numbers, weights): ([Double], [Double]) = ([], [])
    for (start, end) in zip(starts, starts.dropFirst()) {
      numbers.append(number(mean(start, end)))
      weights.append(sums[end].x - sums[start].x)
    }
    return (SortedPoints(numbers, weights: weights), starts)
  }
}

/// Runs of sorted points, one after the other: where each begins, and behind the last the end.
struct Partition: Equatable, Sendable {
  /// The first point of each cluster and the number of points; in ascending order.
  var bounds: [Int]

  /// The number of clusters.
  var count: Int { bounds.count - 1 }

  /// The squared error.
  func cost(_ points: SortedPoints) -> Double {
    zip(bounds, bounds.dropFirst()).reduce(0) { $0 + points.cost($1.0, $1.1) }
  }

  /// The means of the clusters' values.
  func means(_ points: SortedPoints) -> [Double] {
    zip(bounds, bounds.dropFirst()).map { points.mean($0, $1) }
  }

  /// Each point by itself.
  static func single(_ count: Int) -> Partition { Partition(bounds: Array(0...count)) }
}
