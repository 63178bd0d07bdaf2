internal import PressKernels
internal import PressTensor

/// Elements of operands and constants copied to their places in the outputs.
struct MoveStep: ScheduledStep {
  /// One copy.
  struct Part: Sendable {
    /// Where elements are taken from.
    enum Source: Sendable {
      case input(Int)
      case constant(AlignedBuffer<UInt8>)
    }

    let source: Source
    let output: Int
    let walk: Walk
  }

  let outputs: [ValueForm]
  let placement: OutputPlacement
  private let parts: [Part]

  /// A step that makes `outputs`; parts write every element of them, the last one what stays.
  init(_ outputs: [ValueForm], _ parts: [Part]) {
    self.outputs = outputs
    self.parts = parts
    placement = .apart
  }

  /// A step that makes one output of the first input; if all of it stays as it is, nothing runs.
  init(_ output: ValueForm, _ walk: Walk, of input: StepInput) {
    outputs = [output]
    parts = [Part(source: .input(0), output: 0, walk: walk)]
    let isSame = input.shape.count == output.shape.count && walk.isWhole
    placement = isSame ? .sameAsInput : .apart
  }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    for part in parts {
      let source: Operand =
        switch part.source {
        case .input(let place): operands.inputs[place]
        case .constant(let buffer): .bytes(buffer)
        }
      part.walk.run(in: &workspace, from: source, to: operands.outputs[part.output])
    }
  }
}
/// What a family lacks that moves elements, for an operand of this type.
func movable(_ type: ElementType?) -> String? {
  guard let type, type.byteWidth == nil else { return nil }
  return "an operand of type \(type.name)"
}

extension Shape {
  /// An axis that may be counted from the end.
  func axis(_ given: Int) throws(ShapeProblem) -> Int {
    try Shape.axis(given, rank: rank)
  }

  /// Axes that may be counted from the end, none of them twice.
  func axes(_ given: [Int]) throws(ShapeProblem) -> [Int] {
    try Shape.axes(given, rank: rank)
  }

  /// An axis of so many that may be counted from the end.
  static func axis(_ given: Int, rank: Int) throws(ShapeProblem) -> Int {
    guard given >= -rank, given < rank else {
      throw .mismatch(expected: "an axis of \(rank)", found: "axis \(given)")
    }
    return given < 0 ? given + rank : given
  }

  /// Axes of so many that may be counted from the end, none of them twice.
  static func axes(_ given: [Int], rank: Int) throws(ShapeProblem) -> [Int] {
    let axes = try given.map { (axis) throws(ShapeProblem) in try Shape.axis(axis, rank: rank) }
    guard Set(axes).count == axes.count else {
      throw .mismatch(expected: "different axes", found: "\(given)")
    }
    return axes
  }
}

extension [StepInput] {
  /// Integers of an attribute, or in its absence of an operand.
  func integers(
    _ attribute: [Int]?, or place: Int, _ what: String
  ) throws(ShapeProblem) -> [Int] {
    if let attribute { return attribute }
    return try integers(place, what)
  }

  /// Integers of an attribute, or in its absence of an operand, unless the node leaves that out too.
  func optionalIntegers(
    _ attribute: [Int]?, or place: Int, _ what: String
  ) throws(ShapeProblem) -> [Int]? {
    if let attribute { return attribute }
    return try optionalIntegers(place, what)
  }
}
