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
    let walk = try Walk(input.elementType, sizes, source: source, target: sizes.strides)
    return MoveStep(output, walk, of: input)
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
    guard output.shape.count > 0 else { return MoveStep([output], []) }
    let (source, target) = (input.shape.dimensions.strides, sizes.strides)
    let dimensions = input.shape.dimensions
    let walk = try Walk(
      input.elementType, zip(repeats, dimensions).flatMap { [$0, $1] },
      source: source.flatMap { [0, $0] },
      target: zip(target, dimensions).flatMap { [$0 * $1, $0] })
    return MoveStep(output, walk, of: input)
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
    let fill = MoveStep.Part(
      source: .constant(element), output: 0, walk: try Walk(filling: shape.count, elementType))
    return MoveStep([ValueForm(elementType, shape)], [fill])
  }
}
