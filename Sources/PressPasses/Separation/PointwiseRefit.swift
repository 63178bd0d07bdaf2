import PressEngine
import PressGraph
import PressLinearAlgebra
import PressTensor

/// Fits the pointwise halves of separated convolutions to what the dense ones make of real inputs, by
/// least squares.
///
/// Layers are fitted one after the other, in the order in which they run. What is aimed at are the
/// layer's outputs in the network as it was; what comes in is what the pairs before it, already
/// fitted, let through, so that a layer makes up for their errors too (Zhang et al. 2015,
/// 1505.06798). What a pair's outputs lack is regressed on the outputs of its depthwise half; the
/// result is added to the pointwise weights. A damping of 1e-8 leaves them alone where the data says
/// nothing.
struct PointwiseRefit {
  /// A weight and the pair that is to take its place.
  typealias Pair = (job: Separate.Job, kernel: SeparableKernel)

  /// How far off the outputs are, as shares of the norm of the dense layer's.
  struct Fit {
    /// Before the fit.
    let before: Double
    /// After it.
    let after: Double
  }

  /// The sums that one layer is fitted by.
  fileprivate struct Sums {
    var problem: NormalEquations
    var outputEnergy = 0.0
  }

  private static let damping = 1e-8

  let model: Model
  let inputs: CalibrationInputs
  let context: PassContext

  /// Fits pairs in place; returns how far off each was and is.
  func fit(_ pairs: inout [Pair]) throws -> [Fit] {
    let order = try model.graph?.order() ?? []
    let labels = order.map { model.graph?.nodes[$0].outputs.first ?? "" }
    let places = pairs.indices.map { labels.firstIndex(of: pairs[$0].job.layer.outputs[0]) ?? 0 }
    let sequence = pairs.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    var fits = [Fit](repeating: Fit(before: 0, after: 0), count: pairs.count)
    for (done, index) in sequence.enumerated() {
      fits[index] = try fit(&pairs[index], behind: sequence[..<done].map { pairs[$0] })
      context.progress(done + 1, pairs.count)
    }
    return fits
  }

  private func fit(_ pair: inout Pair, behind others: [Pair]) throws -> Fit {
    let (unknowns, targets) = (pair.job.inputs * pair.kernel.multiplier, pair.job.outputs)
    try context.limits.check(NormalEquations.byteCount(unknowns: unknowns, targets: targets))
    var sums = Sums(problem: try NormalEquations(unknowns: unknowns, targets: targets))
    var original = model
    original.graph?.outputs = pair.job.layer.outputs.map { ValueInfo(name: $0) }
    let (rewritten, probes) = try probe(pair, behind: others)
    var dense = try engine(original)
    var separated = try engine(rewritten)
    try inputs.forEachBatch { tensors, count in
      let wanted = try dense.run(tensors)
      let values = try separated.run(tensors)
      for probe in probes {
        guard let output = wanted[probe.dense], let depthwise = values[probe.depthwise],
          let found = values[probe.pair]
        else { continue }
        try sums.add(output, found, depthwise, count)
      }
    }
    let total = sums.outputEnergy > 0 ? sums.outputEnergy : 1
    let before = (sums.problem.outputEnergy / total).squareRoot()
    // Where nothing but zeros comes in, there is nothing to fit.
    guard let solution = try? sums.problem.solution(damping: Self.damping) else {
      return Fit(before: before, after: before)
    }
    for (index, change) in solution.coefficients.enumerated() {
      pair.kernel.pointwise[index] += Float(change)
    }
    return Fit(before: before, after: (solution.residual / total).squareRoot())
  }

  private func engine(_ model: Model) throws -> Engine {
    Engine(
      try Plan(model, options: PlanOptions(limits: context.limits)), threads: context.threads)
  }

  /// The network with some pairs in place and one beside its dense layers, of which only the values
  /// that the fit needs are outputs.
  private func probe(
    _ pair: Pair, behind others: [Pair]
  ) throws -> (Model, [(dense: String, depthwise: String, pair: String)]) {
    var rewrite = try GraphRewrite(model, reason: "calibration")
    for (job, kernel) in others { try rewrite.separate(job, kernel) }
    let weights = try rewrite.addWeights(pair.job, pair.kernel)
    var probes: [(dense: String, depthwise: String, pair: String)] = []
    for output in pair.job.layer.outputs {
      guard let node = rewrite.node(making: output) else { continue }
      let beside = rewrite.name(output + ".pair")
      let nodes = rewrite.separated(node, pair.job, weights, output: beside)
      nodes.forEach { rewrite.append($0) }
      probes.append((output, nodes[0].outputs[0], beside))
    }
    var rewritten = try rewrite.finished()
    rewritten.graph?.outputs = probes.flatMap { probe in
      [probe.depthwise, probe.pair].map { ValueInfo(name: $0) }
    }
    return (rewritten, probes)
  }
}

extension PointwiseRefit.Sums {
  /// Adds the first `count` examples of a run: the dense layer's outputs, the pair's, and those of its
  /// depthwise half.
  fileprivate mutating func add(
    _ dense: Tensor, _ pair: Tensor, _ depthwise: Tensor, _ count: Int
  ) throws {
    let (a, b, x) = (try dense.floats(), try pair.floats(), try depthwise.floats())
    let positions = dense.shape.dimensions.dropFirst(2).reduce(1, *)
    guard positions > 0 else { return }
    let (outputs, channels) = (problem.targets * positions, problem.unknowns * positions)
    for example in 0..<count {
      let range = (example * outputs)..<((example + 1) * outputs)
      for value in a[range] { outputEnergy += Double(value) * Double(value) }
      try problem.add(
        inputs: Array(x[(example * channels)..<((example + 1) * channels)]),
        outputs: zip(a[range], b[range]).map { $0 - $1 }, count: positions)
    }
  }
}
