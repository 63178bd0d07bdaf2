internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Elements forced between two bounds that are operands; the upper one wins.
struct ClipFamily: StepFamily {
  var kernel: String { "elementwise, clip" }
  var layouts: LayoutRule { .following }

  /// Bounds that are constant floats become parameters of a function of each element.
  static func planned(
    _ attributes: Clip, _ node: Node, _ context: PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    var bounds: [Double] = [-.infinity, .infinity]
    for (place, attribute) in [attributes.minimum, attributes.maximum].enumerated() {
      if let attribute { bounds[place] = Double(attribute) }
      guard context.hasInput(node, place + 1) else { continue }
      guard
        let weight = context.isConstant(node, place + 1)
          ? try context.weight(node, place + 1, "a bound") : nil, weight.elementType == .float32,
        weight.shape.count == 1, let bound = context.floats(of: weight)?.first
      else { return PlannedStep(ClipFamily(), node) }
      bounds[place] = Double(bound)
    }
    let family = UnaryFamily(function: .clip, alpha: bounds[0], beta: bounds[1])
    return PlannedStep(family, operands: [node.inputs[0]])
  }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types where !BinaryKernel.max.supports(type) {
      return "an operand of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    for bound in inputs.dropFirst() where !bound.isAbsent {
      guard bound.shape.count == 1, bound.elementType == input.elementType else {
        throw .mismatch(
          expected: "bounds of one element of \(input.elementType.name)",
          found: "\(bound.shape) of \(bound.elementType.name)")
      }
    }
    return Step(hasLow: inputs.has(1), hasHigh: inputs.has(2), outputs: [input.form])
  }

  private struct Step: ScheduledStep {
    let hasLow: Bool
    let hasHigh: Bool
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let type = outputs[0].elementType
      guard let layout = BroadcastLayout(left: [outputs[0].shape.count], right: [1]) else { return }
      var value = operands.inputs[0]
      let output = operands.outputs[0]
      if hasLow {
        workspace.combine(
          .max, type: type, layout: layout, left: value, right: operands.inputs[1], output: output)
        value = .slice(output)
      }
      if hasHigh {
        workspace.combine(
          .min, type: type, layout: layout, left: value, right: operands.inputs[2], output: output)
        value = .slice(output)
      }
      if !hasLow && !hasHigh { workspace.copy(value, to: output) }
    }
  }
}
