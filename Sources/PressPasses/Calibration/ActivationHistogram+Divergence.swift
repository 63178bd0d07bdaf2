import PressFile

extension ActivationHistogram {
  /// The largest magnitude to keep so that quantized numbers say the most about the original ones.
  ///
  /// The steps of magnitudes up to each end are joined into `levels` levels; of all ends it is the one
  /// for which the distribution of levels, spread again over the steps that were not empty, has the
  /// least Kullback-Leibler divergence from the distribution that has all that is beyond at its end
  /// (Migacz, *8-bit inference with TensorRT*, 2017). The histogram begins at 0; its first step counts
  /// as the second, since the zeros of a Relu have a level anyway.
  func leastDivergence(levels: Int) -> Float {
    guard width > 0, total > 0 else { return Float(low + Double(Self.bins) * width) }
    var counts = counts
    counts[0] = counts[1]
    var best = (end: Self.bins, divergence: Double.infinity)
    for end in stride(from: min(levels, Self.bins), through: Self.bins, by: 8) {
      let divergence = Self.divergence(counts, end: end, levels: levels)
      // The wider one of two as good.
      if divergence <= best.divergence { best = (end, divergence) }
    }
    return Float(low + Double(best.end) * width)
  }

  private static func divergence(_ counts: [Int], end: Int, levels: Int) -> Double {
    let kept = counts[..<end]
    let beyond = counts[end...].reduce(0, +)
    let joined = kept.reduce(0, +)
    guard joined > 0 else { return .infinity }
    var divergence = 0.0
    for level in 0..<levels {
      let steps = (level * end / levels)..<((level + 1) * end / levels)
      let filled = steps.reduce(0) { $0 + (kept[$1] > 0 ? 1 : 0) }
      let sum = steps.reduce(0) { $0 + kept[$1] }
      let spread = Double(sum) / Double(max(filled, 1)) / Double(joined)
      for step in steps {
        let count = kept[step] + (step == end - 1 ? beyond : 0)
        guard count > 0 else { continue }
        // What is beyond may stand where nothing is spread; a small share stands for none.
        let share = Double(count) / Double(joined + beyond)
        divergence += share * log(share / (kept[step] > 0 ? spread : 1e-12))
      }
    }
    return divergence
  }
}
