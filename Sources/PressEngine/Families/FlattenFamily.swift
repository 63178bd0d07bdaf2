internal import PressKernels
internal import PressTensor

/// The same elements with all axes joined into two.
struct FlattenFamily: StepFamily {
  let axis: Int

  var kernel: String { "none" }
  var reason: String { "the same elements under another shape" }

  func scheduled(for inputs: [Shape]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    guard axis >= -input.rank, axis <= input.rank else {
      throw .mismatch(expected: "at least \(axis.magnitude) axes", found: "\(input)")
    }
    let first = axis < 0 ? axis + input.rank : axis
    let outer = try makeShape(Array(input.dimensions[..<first])).count
    let inner = try makeShape(Array(input.dimensions[first...])).count
    return SameElementsStep(outputs: [try makeShape([outer, inner])])
  }
}

/// The first input under another shape: nothing runs.
struct SameElementsStep: ScheduledStep {
  let outputs: [Shape]

  var placement: OutputPlacement { .sameAsInput }

  func run(in workspace: inout Workspace, on operands: StepOperands) {}
}
