internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A tensor broadcast to the shape that the second operand gives, or to more.
struct ExpandFamily: StepFamily {
  var kernel: String { "copy" }
  var demanded: [Int] { [1] }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let target = try makeShape(try inputs.integers(1, "a shape"))
    let rank = max(input.shape.rank, target.rank)
    let own = input.shape.padded(to: rank)
    let sizes = zip(own, target.padded(to: rank)).map { $0 == 1 ? $1 : $0 }
    guard zip(sizes, target.padded(to: rank)).allSatisfy({ $0 == $1 || $1 == 1 }) else {
      throw .mismatch(expected: "a shape that \(input.shape) broadcasts to", found: "\(target)")
    }
    let output = ValueForm(input.elementType, try makeShape(sizes))
    let source = zip(own, own.strides).map { $0 == 1 ? 0 : $1 }
    return MoveStep(output, Moves(sizes, source: source, target: sizes.strides), of: input)
  }
}

/// A tensor repeated along each axis as often as the second operand says.
struct TileFamily: StepFamily {
  var kernel: String { "copy" }
  var demanded: [Int] { [1] }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let repeats = try inputs.integers(1, "repeats")
    guard repeats.count == input.shape.rank, repeats.allSatisfy({ $0 >= 0 }) else {
      throw .mismatch(expected: "repeats for each axis of \(input.shape)", found: "\(repeats)")
    }
    var sizes: [Int] = []
    for (size, times) in zip(input.shape.dimensions, repeats) {
      sizes.append(try makeShape([size, times]).count)
    }
    let output = ValueForm(input.elementType, try makeShape(sizes))
    guard output.shape.count > 0 else { return MoveStep([output], [], of: inputs) }
    let (source, target) = (input.shape.dimensions.strides, sizes.strides)
    let axes = input.shape.dimensions.enumerated().flatMap { axis, size in
      [
        Moves.Axis(size: repeats[axis], source: 0, target: target[axis] * size),
        Moves.Axis(size: size, source: source[axis], target: target[axis]),
      ]
    }
    return MoveStep(output, Moves(axes), of: input)
  }
}

/// One element repeated to the shape that the operand gives.
struct ConstantOfShapeFamily: StepFamily {
  let elementType: ElementType
  let element: AlignedBuffer<UInt8>

  var kernel: String { "fill" }
  var demanded: [Int] { [0] }

  static func planned(
    _ attributes: ConstantOfShape, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    var value = Constant(.float32, .scalar, AlignedBuffer([0, 0, 0, 0]))
    if let id = attributes.value { value = try context.loadedConstant(id) }
    guard value.shape.count == 1 else {
      throw .mismatch(expected: "a value of one element", found: "\(value.shape)")
    }
    if let missing = movable(value.elementType) { throw .unsupported(missing) }
    return PlannedStep(
      ConstantOfShapeFamily(elementType: value.elementType, element: value.bytes), node)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shape = try makeShape(try inputs.integers(0, "a shape"))
    let fill = MoveStep.Part(source: .constant(element), moves: .filling(shape.count))
    return MoveStep([ValueForm(elementType, shape)], [fill], of: inputs)
  }
}
