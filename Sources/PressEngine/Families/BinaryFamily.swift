internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A function of two elements of one type, broadcast as numpy does.
struct BinaryFamily: StepFamily {
  /// What is computed.
  enum Function: Sendable, Hashable {
    /// A number, or for the bit functions a bool, of the operands' type.
    case number(BinaryKernel)
    /// A bool.
    case comparison(ComparisonKernel)
  }

  let function: Function
  /// Whether the operands are bools.
  var isLogical = false

  var kernel: String {
    switch function {
    case .number(let function): "elementwise, \(function)"
    case .comparison(let comparison): "elementwise, \(comparison)"
    }
  }
  var layouts: LayoutRule { .following }

  /// The family of an operator.
  init(_ operation: BinaryFunction) {
    switch operation {
    case .add: function = .number(.add)
    case .sub: function = .number(.sub)
    case .mul: function = .number(.mul)
    case .div: function = .number(.div)
    case .pow: function = .number(.pow)
    case .prelu: function = .number(.prelu)
    case .and: (function, isLogical) = (.number(.bitAnd), true)
    case .or: (function, isLogical) = (.number(.bitOr), true)
    case .xor: (function, isLogical) = (.number(.bitXor), true)
    case .equal: function = .comparison(.equal)
    case .greater: function = .comparison(.greater)
    case .greaterOrEqual: function = .comparison(.greaterOrEqual)
    case .less: function = .comparison(.less)
    case .lessOrEqual: function = .comparison(.lessOrEqual)
    }
  }

  /// The remainder of a division.
  init(_ modulo: Modulo) {
    function = .number(modulo.truncates ? .fmod : .mod)
  }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types {
      let isKnown =
        switch function {
        case .number(let function): function.supports(type) && isLogical == (type == .bool)
        case .comparison: BinaryKernel.add.supports(type) || type == .bool
        }
      if !isKnown { return "an operand of type \(type.name)" }
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let right = try inputs.required(1)
    let (result, layout) = try broadcast([inputs[0], right])
    let type = inputs[0].elementType
    guard right.elementType == type else {
      throw .mismatch(expected: type.name, found: right.elementType.name)
    }
    let form =
      if case .comparison = function { ValueForm(.bool, result.shape, result.order) } else {
        ValueForm(type, result.shape, result.order)
      }
    return Step(function: function, type: type, layout: layout, outputs: [form])
  }

  private struct Step: ScheduledStep {
    let function: Function
    let type: ElementType
    let layout: BroadcastLayout
    let outputs: [ValueForm]

    var placement: OutputPlacement {
      if case .comparison = function { .apart } else { .replacing }
    }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (left, right) = (operands.inputs[0], operands.inputs[1])
      switch function {
      case .number(let function):
        workspace.combine(
          function, type: type, layout: layout, left: left, right: right,
          output: operands.outputs[0])
      case .comparison(let comparison):
        workspace.compare(
          comparison, type: type, layout: layout, left: left, right: right,
          output: operands.outputs[0])
      }
    }
  }
}

/// The result's shape and layout of operands that broadcast, and how they are combined.
func broadcast(
  _ inputs: [StepInput]
) throws(ShapeProblem) -> (result: (shape: Shape, order: Layout), layout: BroadcastLayout) {
  let rank = inputs.map(\.shape.rank).max() ?? 0
  let order: Layout = inputs.contains { $0.layout == .channelsLast } ? .channelsLast : .plain
  // With channels last, an axis in front is not in front of all others.
  guard order == .plain || inputs.allSatisfy({ $0.layout == .plain || $0.shape.rank == rank })
  else { throw .unsupported("operands of different ranks with channels last") }
  let padded = inputs.map { $0.shape.padded(to: rank) }
  guard let layout = BroadcastLayout(shapes: padded.map { order.physical($0) }) else {
    throw .mismatch(
      expected: "shapes that broadcast, at most 8 axes of different kinds",
      found: inputs.map(\.shape.description).joined(separator: " and "))
  }
  let sizes = (0..<rank).map { axis in padded.lazy.map { $0[axis] }.first { $0 != 1 } ?? 1 }
  return ((try makeShape(sizes), order), layout)
}

extension Shape {
  /// The dimensions with ones in front, `rank` in all.
  func padded(to rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - self.rank) + dimensions
  }
}
