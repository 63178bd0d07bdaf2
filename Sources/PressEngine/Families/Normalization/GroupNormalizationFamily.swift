internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Normalization of groups of channels of each example, or of each channel; then a scale and a bias by
/// channel, or by group.
struct GroupNormalizationFamily: StepFamily {
  let epsilon: Float
  /// The number of groups; `nil` for a group for each channel.
  let groups: Int?
  /// Whether scale and bias have an element for each group.
  let scalesGroups: Bool

  var kernel: String { groups == nil ? "normalization, instance" : "normalization, group" }

  init(_ attributes: InstanceNormalization) {
    epsilon = attributes.epsilon
    groups = nil
    scalesGroups = false
  }

  init(_ attributes: GroupNormalization) {
    epsilon = attributes.epsilon
    groups = attributes.groups
    scalesGroups = attributes.scalesGroups
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shape = inputs[0].shape
    guard shape.rank >= 2 else { throw .mismatch(expected: "NxCx...", found: "\(shape)") }
    let channels = shape.dimensions[1]
    let groups = groups ?? channels
    guard channels == 0 || groups > 0 && channels % groups == 0 else {
      throw .mismatch(expected: "channels that \(groups) groups divide", found: "\(channels)")
    }
    for (place, name) in [(1, "a scale"), (2, "a bias")] {
      try inputs.required(place).expectCount([scalesGroups ? groups : channels], name)
    }
    let layout = AxisLayout(shape: shape.dimensions, axes: 1..<2)
    return Step(
      epsilon: epsilon, repeats: scalesGroups ? channels / max(groups, 1) : 1,
      layout: shape.count == 0
        ? nil
        : .group(batch: layout.outer, groups: groups, channels: channels, inner: layout.inner),
      outputs: [ValueForm(.float32, shape)])
  }

  private struct Step: ScheduledStep {
    let epsilon: Float
    /// How many channels share a scale and a bias.
    let repeats: Int
    /// `nil` where there is nothing to do.
    let layout: NormalizationLayout?
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      guard let layout else { return }
      var parameters = [operands.inputs[1], operands.inputs[2]]
      if repeats > 1 {
        parameters = parameters.map { operand in
          let elements = workspace.floats(operand)
          return .constant(
            FloatBuffer((0..<(elements.count * repeats)).map { elements.span[$0 / repeats] }))
        }
      }
      workspace.normalize(
        .standard(epsilon: epsilon), layout: layout, input: operands.inputs[0],
        scale: parameters[0], bias: parameters[1], output: operands.outputs[0])
    }
  }
}
