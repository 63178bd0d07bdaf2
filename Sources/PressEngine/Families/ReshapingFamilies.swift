internal import PressGraph
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

/// The same elements under a shape that a constant gives.
struct ReshapeFamily: StepFamily {
  /// The sizes; -1 is what is left, and 0 the input's own unless `allowsZero`.
  let sizes: [Int]
  let allowsZero: Bool

  var kernel: String { "none" }
  var reason: String { "the same elements under another shape" }

  static func planned(
    _ attributes: Reshape, _ node: Node, _ context: PlanningContext
  ) throws(PlanningProblem) -> PlannedNode {
    let weight = try context.requiredConstant(node, 1, "a shape")
    let sizes = try context.integers(weight)
    guard sizes.allSatisfy({ $0 >= -1 }), sizes.count(where: { $0 == -1 }) <= 1 else {
      throw .mismatch(expected: "sizes of which at most one is -1", found: "\(sizes)")
    }
    return PlannedNode(ReshapeFamily(sizes: sizes, allowsZero: attributes.allowsZero))
  }

  func scheduled(for inputs: [Shape]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    var output = sizes
    for (index, size) in sizes.enumerated() where size == 0 && !allowsZero {
      guard index < input.rank else {
        throw .mismatch(expected: "at least \(index + 1) axes", found: "\(input)")
      }
      output[index] = input.dimensions[index]
    }
    if let open = output.firstIndex(of: -1) {
      let others = try makeShape(output.filter { $0 != -1 }).count
      guard others > 0 else {
        throw .mismatch(expected: "sizes other than 0 beside -1", found: "\(sizes)")
      }
      output[open] = input.count / others
    }
    let shape = try makeShape(output)
    guard shape.count == input.count else {
      throw .mismatch(expected: "\(input.count) elements", found: "shape \(shape)")
    }
    return SameElementsStep(outputs: [shape])
  }
}
