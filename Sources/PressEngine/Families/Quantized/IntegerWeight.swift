internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The second factor of a product of integers: packed while planning, or an operand.
enum IntegerWeight: Sendable {
  case packed(PackedIntegers, Shape)
  case operand

  /// The bytes that the packed weight takes.
  var byteCount: Int {
    if case .packed(let weight, _) = self { weight.byteCount } else { 0 }
  }

  /// The weight's shape and type.
  func form(_ input: StepInput) -> (shape: Shape, isSigned: Bool) {
    switch self {
    case .packed(let weight, let shape): (shape, weight.isSigned)
    case .operand: (input.shape, input.elementType == .int8)
    }
  }
}

extension PlanningContext {
  /// The elements of a constant of 8-bit integers.
  mutating func bytes(of weight: Weight) throws(PlanningProblem) -> AlignedBuffer<UInt8> {
    guard [.int8, .uint8].contains(weight.elementType) else {
      throw .unsupported("a constant of type \(weight.elementType.name)")
    }
    // Twice, since its packed form is about as large.
    try reserve(weight.shape.count, elementBytes: 2)
    do {
      return try weight.decoded().withBytes { AlignedBuffer(copying: $0) }
    } catch {
      throw .weight(weight.name, error)
    }
  }
}

extension Node {
  /// The names of the inputs, but for one that is packed.
  func inputs(without place: Int) -> [String] {
    var names = inputs
    names[place] = ""
    return names
  }
}

extension [StepInput] {
  /// An operand that must be there unless its elements are packed.
  func required(_ place: Int, unless weight: IntegerWeight) throws(ShapeProblem) -> StepInput {
    if case .packed = weight { return .absent }
    return try required(place)
  }
}
