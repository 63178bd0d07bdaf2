internal import PressKernels
internal import PressTensor

/// Elements of operands and constants copied to their places in the outputs.
struct MoveStep: ScheduledStep {
  /// One walk over elements of one width.
  struct Part: Sendable {
    /// Where elements are taken from.
    enum Source: Sendable {
      case input(Int)
      case constant(AlignedBuffer<UInt8>)
    }

    let source: Source
    /// The output that is written.
    var output = 0
    let moves: Moves
  }

  let outputs: [ValueForm]
  let placement: OutputPlacement
  private let parts: [Part]

  /// A step that makes `outputs`; every element of them is written by a part, by the last if by several.
  init(_ outputs: [ValueForm], _ parts: [Part], of inputs: [StepInput]) {
    self.outputs = outputs
    self.parts = parts.filter { !$0.moves.isEmpty }
    placement = .apart
  }

  /// A step that makes one output of the first input; if all of it stays as it is, nothing runs.
  init(_ output: ValueForm, _ moves: Moves, of input: StepInput) {
    outputs = [output]
    parts = moves.isEmpty ? [] : [Part(source: .input(0), moves: moves)]
    let isSame = input.shape.count == output.shape.count && moves.isWhole(output.shape.count)
    placement = isSame ? .sameAsInput : .apart
  }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    for part in parts {
      let operand: Operand =
        switch part.source {
        case .input(let place): operands.inputs[place]
        case .constant(let buffer): .bytes(buffer)
        }
      workspace.move(
        part.moves, width: outputs[part.output].elementType.byteWidth ?? 1, from: operand,
        to: operands.outputs[part.output])
    }
  }
}

extension [Int] {
  /// The distance between neighbours along each axis of a row-major array with these dimensions.
  ///
  /// Wraps around where the array has no elements and so no distances.
  var strides: [Int] {
    var strides: [Int] = []
    var stride = 1
    for size in reversed() {
      strides.append(stride)
      stride = stride &* size
    }
    return strides.reversed()
  }
}

extension Moves {
  /// A walk over all of `sizes` with a stride on either side for each axis.
  init(
    _ sizes: [Int], source: [Int], from first: Int = 0, target: [Int], to place: Int = 0
  ) {
    let axes = sizes.indices.map { Axis(size: sizes[$0], source: source[$0], target: target[$0]) }
    self.init(axes, from: first, to: place)
  }

  /// One element everywhere in an array of `count`.
  static func filling(_ count: Int) -> Moves {
    Moves([Axis(size: count, source: 0, target: 1)])
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
