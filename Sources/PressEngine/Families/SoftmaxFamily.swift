internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Exponentials divided by their sum, along the last axis or the last axes joined.
struct SoftmaxFamily: StepFamily {
  let axis: Int
  let joinsTrailingAxes: Bool

  var kernel: String { "softmax" }

  static func planned(
    _ attributes: Softmax, _ node: Node
  ) throws(PlanningProblem) -> PlannedStep {
    guard attributes.kind == .softmax else { throw .unsupported("no kernel for it") }
    guard attributes.axis == -1 || attributes.joinsTrailingAxes || attributes.axis > 0 else {
      throw .unsupported("an axis other than the last")
    }
    return PlannedStep(
      SoftmaxFamily(axis: attributes.axis, joinsTrailingAxes: attributes.joinsTrailingAxes), node)
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    let first = axis < 0 ? axis + input.rank : axis
    guard first >= 0, first < input.rank, joinsTrailingAxes || first == input.rank - 1 else {
      throw .mismatch(expected: "the last axis", found: "axis \(axis) of \(input)")
    }
    let rows = try makeShape(Array(input.dimensions[..<first])).count
    let count = try makeShape(Array(input.dimensions[first...])).count
    return Step(rows: rows, count: count, outputs: [ValueForm(.float32, input)])
  }

  private struct Step: ScheduledStep {
    let rows: Int
    let count: Int
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.softmax(
        rows: rows, count: count, input: operands.inputs[0], output: operands.outputs[0])
    }
  }
}
