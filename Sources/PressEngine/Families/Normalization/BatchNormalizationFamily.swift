internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Normalization by given means and variances of channels: a scale and a shift for each.
struct BatchNormalizationFamily: StepFamily {
  let epsilon: Float
  /// Whether the statistics are of channels, not of single elements.
  let isSpatial: Bool

  var kernel: String { "normalization, batch" }
  var layouts: LayoutRule { isSpatial ? .following : .plain }

  static func planned(
    _ attributes: BatchNormalization, _ node: Node
  ) throws(PlanningProblem) -> PlannedStep {
    if attributes.trainingMode {
      return PlannedStep(TrainingNormalizationFamily(attributes, node), node)
    }
    guard node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw .unsupported("outputs of training")
    }
    return PlannedStep(
      BatchNormalizationFamily(epsilon: attributes.epsilon, isSpatial: attributes.spatial), node)
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let form = inputs[0].form
    let shape = form.shape
    guard shape.rank >= 1 else { throw .mismatch(expected: "NxCx...", found: "\(shape)") }
    var layout: AxisLayout
    if shape.rank == 1 {
      layout = AxisLayout(outer: shape.count, axis: 1, inner: 1)
    } else if isSpatial {
      let place = form.layout.place(of: 1, rank: shape.rank)
      layout = AxisLayout(shape: form.physicalDimensions, axes: place..<(place + 1))
    } else {
      layout = AxisLayout(shape: shape.dimensions, axes: 1..<shape.rank)
    }
    for (place, name) in [(1, "a scale"), (2, "a bias"), (3, "a mean"), (4, "a variance")] {
      try inputs.required(place).expectCount([layout.axis], name)
    }
    var known: (scale: FloatBuffer, shift: FloatBuffer)?
    if let scale = inputs[1].known?.floats, let bias = inputs[2].known?.floats,
      let mean = inputs[3].known?.floats, let variance = inputs[4].known?.floats
    {
      known = shifts(scale: scale, bias: bias, mean: mean, variance: variance)
    }
    return Step(
      family: self, layout: layout, known: known,
      canReplace: inputs.dropFirst().allSatisfy { $0.shape.count != shape.count }, outputs: [form])
  }

  /// What each channel is multiplied by, and what is added to it then.
  private func shifts(
    scale: FloatBuffer, bias: FloatBuffer, mean: FloatBuffer, variance: FloatBuffer
  ) -> (scale: FloatBuffer, shift: FloatBuffer) {
    let factors = (0..<scale.count).map {
      scale.span[$0] / (variance.span[$0] + epsilon).squareRoot()
    }
    let shifts = factors.indices.map { bias.span[$0] - mean.span[$0] * factors[$0] }
    return (FloatBuffer(factors), FloatBuffer(shifts))
  }

  private struct Step: ScheduledStep {
    let family: BatchNormalizationFamily
    let layout: AxisLayout
    /// Scales and shifts, where they are known before the run.
    let known: (scale: FloatBuffer, shift: FloatBuffer)?
    let canReplace: Bool
    let outputs: [ValueForm]

    var placement: OutputPlacement { canReplace ? .replacing : .apart }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (scale, shift) =
        known
        ?? family.shifts(
          scale: workspace.floats(operands.inputs[1]), bias: workspace.floats(operands.inputs[2]),
          mean: workspace.floats(operands.inputs[3]),
          variance: workspace.floats(operands.inputs[4]))
      workspace.scaleChannels(
        layout: layout, input: operands.inputs[0], scale: .constant(scale),
        bias: .constant(shift), output: operands.outputs[0])
    }
  }
}
