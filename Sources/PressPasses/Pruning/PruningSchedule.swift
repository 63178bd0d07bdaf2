/// Which ratio a weight is pruned to at each step of training.
public enum PruningSchedule: Codable, Sendable, Hashable {
  /// To the final ratio at one step.
  case oneShot(ratio: Double, step: Int)
  /// In equal stages, `every` steps apart from `start` on: each keeps the same share of what the
  /// stage before kept (Han et al. 2015, 1506.02626).
  case iterative(ratio: Double, stages: Int, start: Int, every: Int)
  /// From `initial` at step `start` to `final` at step `end`, slower and slower, every `every` steps:
  /// final + (initial - final) * (1 - (t - start) / (end - start))^3 (Zhu and Gupta 2017, 1710.01878).
  case cubic(initial: Double, final: Double, start: Int, end: Int, every: Int)

  /// The ratio that holds after a step; 0 before the first.
  ///
  /// Ratios are forced into 0 to 1, intervals and numbers of stages to at least 1, and an end before
  /// the start to the start.
  public func ratio(at step: Int) -> Double {
    switch self {
    case .oneShot(let ratio, let first): return step < first ? 0 : clipped(ratio)
    case .iterative(let ratio, let stages, let start, let every):
      guard step >= start else { return 0 }
      let stages = max(stages, 1)
      let done = min(passed(start, step) / max(every, 1), stages - 1) + 1
      if done == stages { return clipped(ratio) }
      return 1 - power(root(1 - clipped(ratio), stages), done)
    case .cubic(let initial, let final, let start, let end, let every):
      guard step >= start else { return 0 }
      let (first, last) = (clipped(initial), clipped(final))
      guard step < end else { return last }
      let time = passed(start, step) / max(every, 1) * max(every, 1)
      let left = 1 - Double(time) / Double(passed(start, end))
      return last + (first - last) * left * left * left
    }
  }

  /// Whether the ratio changes at a step, so that pruning has something to do.
  public func prunes(at step: Int) -> Bool {
    step == .min ? ratio(at: step) > 0 : ratio(at: step) != ratio(at: step - 1)
  }

  private func clipped(_ ratio: Double) -> Double { ratio > 0 ? min(ratio, 1) : 0 }

  /// The number between 0 and 1 whose power is another, halved to the last bit: the same on every
  /// machine.
  private func root(_ power: Double, _ exponent: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    while case let middle = (low + high) / 2, middle > low, middle < high {
      if self.power(middle, exponent) < power { low = middle } else { high = middle }
    }
    return high
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  /// Steps from one to a later one, however far apart.
  private func passed(_ from: Int, _ to: Int) -> Int {
    let (steps, overflow) = to.subtractingReportingOverflow(from)
    return overflow ? .max : steps
  }
}
