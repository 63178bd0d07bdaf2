import PressEngine
import PressGraph
import PressLinearAlgebra
import PressTensor

/// Fits the pointwise half of a separated convolution to what the dense one makes of real inputs, by
/// least squares.
///
/// The network runs with the pair beside the dense layer, on the dense layer's own inputs. What the
/// pair's outputs lack is regressed on the outputs of its depthwise half; the result is added to
/// the pointwise weights. A damping of 1e-8 leaves them alone where the data says nothing.
struct PointwiseRefit {
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

  /// The values that belong to one of a layer's nodes.
  fileprivate struct Probe {
    let place: Int
    let dense: String
    let depthwise: String
    let pair: String
  }

  private static let damping = 1e-8
  /// The sums of so many bytes are gathered in one run over the data.
  private static let bytesAtOnce = 512 << 20

  let model: Model
  let inputs: CalibrationInputs
  let context: PassContext

  /// Fits pairs in place; returns how far off each was and is.
  func fit(_ pairs: inout [(job: Separate.Job, kernel: SeparableKernel)]) throws -> [Fit] {
    var fits: [Fit] = []
    var start = 0
    while start < pairs.count {
      var (end, bytes) = (start, 0)
      while end < pairs.count {
        let (job, kernel) = pairs[end]
        let more = NormalEquations.byteCount(
          unknowns: job.inputs * kernel.multiplier, targets: job.outputs)
        try context.limits.check(more)
        if end > start, bytes + more > Self.bytesAtOnce { break }
        bytes += min(more, Self.bytesAtOnce)
        end += 1
      }
      fits += try fit(&pairs, start..<end)
      start = end
    }
    return fits
  }

  private func fit(
    _ pairs: inout [(job: Separate.Job, kernel: SeparableKernel)], _ range: Range<Int>
  ) throws -> [Fit] {
    let (probed, probes) = try probe(pairs[range])
    var sums = try pairs[range].map { job, kernel in
      Sums(
        problem: try NormalEquations(
          unknowns: job.inputs * kernel.multiplier, targets: job.outputs))
    }
    let plan = try Plan(probed, options: PlanOptions(limits: context.limits))
    var engine = Engine(plan, threads: context.threads)
    try inputs.forEachBatch { tensors, count in
      let values = try engine.run(tensors)
      for probe in probes { try sums[probe.place].add(probe, values, count) }
    }
    var fits: [Fit] = []
    for (place, sum) in zip(range, sums) {
      let total = sum.outputEnergy > 0 ? sum.outputEnergy : 1
      let before = sum.problem.outputEnergy
      guard let solution = try? sum.problem.solution(damping: Self.damping) else {
        // Nothing but zeros comes in: there is nothing to fit.
        fits.append(
          Fit(before: (before / total).squareRoot(), after: (before / total).squareRoot()))
        continue
      }
      for (index, change) in solution.coefficients.enumerated() {
        pairs[place].kernel.pointwise[index] += Float(change)
      }
      fits.append(
        Fit(
          before: (before / total).squareRoot(), after: (solution.residual / total).squareRoot()))
    }
    return fits
  }

  /// The network with the pairs beside their dense layers, and nothing else as outputs.
  private func probe(
    _ pairs: ArraySlice<(job: Separate.Job, kernel: SeparableKernel)>
  ) throws -> (Model, [Probe]) {
    var rewrite = try GraphRewrite(model, reason: "calibration")
    var probes: [Probe] = []
    for (place, (job, kernel)) in pairs.enumerated() {
      let weights = try rewrite.addWeights(job, kernel)
      for output in job.layer.outputs {
        guard let node = rewrite.node(making: output) else { continue }
        let pair = rewrite.name(output + ".pair")
        let nodes = rewrite.separated(node, job, weights, output: pair)
        nodes.forEach { rewrite.append($0) }
        probes.append(
          Probe(place: place, dense: output, depthwise: nodes[0].outputs[0], pair: pair))
      }
    }
    var probed = try rewrite.finished()
    probed.graph?.outputs = probes.flatMap { probe in
      [probe.dense, probe.depthwise, probe.pair].map { ValueInfo(name: $0) }
    }
    return (probed, probes)
  }
}

extension PointwiseRefit.Sums {
  /// Adds the first `count` examples of a run.
  fileprivate mutating func add(
    _ probe: PointwiseRefit.Probe, _ values: [String: Tensor], _ count: Int
  ) throws {
    guard let dense = values[probe.dense], let pair = values[probe.pair],
      let depthwise = values[probe.depthwise]
    else { return }
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
