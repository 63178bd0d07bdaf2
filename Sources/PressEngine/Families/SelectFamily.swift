internal import PressKernels
internal import PressTensor

/// Elements of the second operand where the first is true, of the third elsewhere; broadcast.
struct SelectFamily: StepFamily {
  var kernel: String { "elementwise, where" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? {
    if let condition = types.first ?? nil, condition != .bool {
      return "a condition of type \(condition.name)"
    }
    for case let type? in types where ![1, 2, 4, 8].contains(type.byteWidth ?? 0) {
      return "an operand of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (left, right) = (try inputs.required(1), try inputs.required(2))
    guard left.elementType == right.elementType else {
      throw .mismatch(expected: left.elementType.name, found: right.elementType.name)
    }
    let (result, layout) = try broadcast(inputs)
    return Step(
      layout: layout, outputs: [ValueForm(left.elementType, result.shape, result.order)])
  }

  private struct Step: ScheduledStep {
    let layout: BroadcastLayout
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.select(
        width: outputs[0].elementType.byteWidth ?? 1, layout: layout,
        condition: operands.inputs[0], left: operands.inputs[1], right: operands.inputs[2],
        output: operands.outputs[0])
    }
  }
}
