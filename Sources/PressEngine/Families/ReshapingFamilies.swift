internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The same elements with all axes joined into two.
struct FlattenFamily: StepFamily {
  let axis: Int

  var kernel: String { "none" }
  var reason: String { "the same elements under another shape" }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    guard axis >= -input.rank, axis <= input.rank else {
      throw .mismatch(expected: "at least \(axis.magnitude) axes", found: "\(input)")
    }
    let first = axis < 0 ? axis + input.rank : axis
    let outer = try makeShape(Array(input.dimensions[..<first])).count
    let inner = try makeShape(Array(input.dimensions[first...])).count
    return SameElementsStep(inputs[0], try makeShape([outer, inner]))
  }
}

/// The first input under another shape: nothing runs.
struct SameElementsStep: ScheduledStep {
  let outputs: [ValueForm]

  init(_ input: StepInput, _ shape: Shape) {
    outputs = [ValueForm(input.elementType, shape)]
  }

  var placement: OutputPlacement { .sameAsInput }

  func run(in workspace: inout Workspace, on operands: StepOperands) {}
}

/// The same elements under a shape that the second operand gives.
struct ReshapeFamily: StepFamily {
  /// Whether a 0 is a size rather than the input's own.
  let allowsZero: Bool

  var kernel: String { "none" }
  var reason: String { "the same elements under another shape" }
  var demanded: [Int] { [1] }

  init(_ attributes: Reshape) {
    allowsZero = attributes.allowsZero
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    let sizes = try inputs.integers(1, "a shape")
    guard sizes.allSatisfy({ $0 >= -1 }), sizes.count(where: { $0 == -1 }) <= 1 else {
      throw .mismatch(expected: "sizes of which at most one is -1", found: "\(sizes)")
    }
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
    return SameElementsStep(inputs[0], shape)
  }
}
