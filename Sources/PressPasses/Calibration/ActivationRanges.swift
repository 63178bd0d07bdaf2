import PressEngine
import PressGraph
import PressKernels
import PressTensor

/// The ranges of a network's values on calibration inputs, by the method that chooses them.
struct ActivationRanges {
  let model: Model
  let inputs: CalibrationInputs
  let context: PassContext
  let method: Quantize.Method
  /// The levels that a range is to be cut into.
  let levels: Int

  /// The share of numbers that `percentile` leaves out on each side: 99.99 % stay.
  private static let trimmed = 0.00005

  /// The range of each value, with 0 in it; values that are not of float32 have none.
  ///
  /// - Throws: `PassError.activation` for values that are not finite, `EngineError`.
  func find(_ values: Set<String>) throws -> [String: NumberKernels.Range] {
    guard let kernels = NumberKernels(.float32), !values.isEmpty else { return [:] }
    let plan = try Plan(model, options: PlanOptions(fuses: false, limits: context.limits))
    var engine = Engine(plan, threads: context.threads)
    var ranges: [String: NumberKernels.Range] = [:]
    try forEachValue(of: &engine, values) { name, span in
      ranges[name, default: NumberKernels.Range()].formUnion(kernels.range(of: span))
    }
    for (name, range) in ranges.sorted(by: { $0.key < $1.key }) where !range.isFinite {
      throw PassError.activation(
        value: name, expected: "finite numbers", found: "infinity or what is not a number")
    }
    guard method != .minmax else { return ranges }
    var histograms = ranges.mapValues { range in
      ActivationHistogram(method == .kl ? 0...range.magnitude : range.smallest...range.largest)
    }
    try forEachValue(of: &engine, values) { name, span in
      if method == .kl {
        histograms[name]?.addMagnitudes(span)
      } else {
        histograms[name]?.add(span)
      }
    }
    for (name, histogram) in histograms {
      if let range = ranges[name] { ranges[name] = chosen(range, histogram) }
    }
    return ranges
  }

  /// Calls `body` with the float32 elements of each value that count, batch after batch.
  private func forEachValue(
    of engine: inout Engine, _ names: Set<String>, _ body: (String, RawSpan) -> Void
  ) throws {
    let known = names.intersection(engine.plan.valueNames)
    let sorted = known.sorted()
    try inputs.forEachBatch { tensors, count in
      let batch = tensors.values.first?.shape.dimensions.first ?? count
      let results = try engine.run(tensors, including: known)
      for name in sorted {
        guard let tensor = results[name], tensor.elementType == .float32 else { continue }
        // Behind the examples stand repetitions of the last one.
        let isByExample = tensor.shape.dimensions.first == batch
        let share = isByExample ? tensor.shape.count / max(batch, 1) * count : tensor.shape.count
        tensor.storage.withBytes { body(name, $0.extracting(0..<(4 * share))) }
      }
    }
  }

  private func chosen(
    _ range: NumberKernels.Range, _ histogram: ActivationHistogram
  ) -> NumberKernels.Range {
    var chosen = range
    switch method {
    case .minmax: break
    case .percentile:
      (chosen.smallest, chosen.largest) = histogram.trimmed(Self.trimmed)
    case .mse:
      let share = histogram.leastError(range, levels: levels)
      (chosen.smallest, chosen.largest) = (range.smallest * share, range.largest * share)
    case .kl:
      // Levels are shared between both signs.
      let sides = range.smallest < 0 ? levels / 2 : levels
      let end = histogram.leastDivergence(levels: sides)
      (chosen.smallest, chosen.largest) = (max(range.smallest, -end), min(range.largest, end))
    }
    return chosen
  }
}

extension ActivationHistogram {
  /// The share of a range that, cut into levels, has the least squared error; the larger one of two
  /// as good.
  fileprivate func leastError(_ range: NumberKernels.Range, levels: Int) -> Float {
    var best = (share: Float(1), error: Double.infinity)
    for step in 0...64 {
      let share = 1 - Float(step) / 80
      let (low, high) = (Double(range.smallest * share), Double(range.largest * share))
      let scale = (high - low) / Double(levels - 1)
      guard scale > 0 else { continue }
      var error = 0.0
      for bin in 0..<Self.bins where counts[bin] > 0 {
        let number = center(bin)
        let kept = (min(max(number, low), high) / scale).rounded(.toNearestOrEven) * scale
        error += Double(counts[bin]) * (number - kept) * (number - kept)
      }
      if error < best.error { best = (share, error) }
    }
    return best.share
  }
}
