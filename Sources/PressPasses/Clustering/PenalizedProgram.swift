/// The best clustering of sorted points when each cluster costs a penalty, whatever their number.
///
/// One pass over the points: a candidate for the start of the last cluster, once better than an
/// earlier one, stays better for all later points, so that a queue of candidates and the places from
/// which they are the best holds all that is needed (Galil and Giancarlo 1989).
struct PenalizedProgram {
  private let points: SortedPoints
  private var costs: [Double]
  /// Where the last cluster of the best clustering of the first points begins.
  private var cuts: [Int32]
  /// Candidates, and the place from which each is the best.
  private var candidates: [Int32]
  private var places: [Int32]

  /// Takes fewer than 2^31 points.
  init(_ points: SortedPoints) {
    self.points = points
    costs = [Double](repeating: 0, count: points.count + 1)
    cuts = [Int32](repeating: 0, count: points.count + 1)
    candidates = cuts
    places = cuts
  }

  /// The partition of least squared error plus penalties.
  mutating func partition(penalty: Double) -> Partition {
    let count = points.count
    (candidates[0], places[0]) = (0, 1)
    var (head, tail) = (0, 1)
    for end in 1...count {
      while head + 1 < tail, Int(places[head + 1]) <= end { head += 1 }
      let cut = Int(candidates[head])
      costs[end] = total(cut, end) + penalty
      cuts[end] = Int32(cut)
      guard end < count else { break }
      // What the new candidate beats from the start is gone.
      while tail > head {
        let place = max(Int(places[tail - 1]), end + 1)
        guard total(end, place) <= total(Int(candidates[tail - 1]), place) else { break }
        tail -= 1
      }
      let place = tail > head ? crossing(end, behind: tail - 1) : end + 1
      guard place <= count else { continue }
      (candidates[tail], places[tail]) = (Int32(end), Int32(place))
      tail += 1
    }
    return traced()
  }

  /// The cost of the points before `end` when the last cluster begins at `cut`, without its penalty.
  @inline(__always)
  private func total(_ cut: Int, _ end: Int) -> Double { costs[cut] + points.cost(cut, end) }

  /// The first place where a new candidate is no worse than the one at a place in the queue; behind
  /// the points where there is none.
  private func crossing(_ candidate: Int, behind index: Int) -> Int {
    let rival = Int(candidates[index])
    // It is known to be worse at `low`. Most crossings are near.
    var low = max(Int(places[index]), candidate + 1)
    var step = 1
    while low + step <= points.count,
      total(candidate, low + step) > total(rival, low + step)
    {
      low += step
      step *= 2
    }
    var high = min(low + step, points.count + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if total(candidate, middle) > total(rival, middle) { low = middle } else { high = middle }
    }
    return high
  }

  private func traced() -> Partition {
    var bounds = [points.count]
    var end = points.count
    while end > 0 {
      end = Int(cuts[end])
      bounds.append(end)
    }
    return Partition(bounds: bounds.reversed())
  }
}
