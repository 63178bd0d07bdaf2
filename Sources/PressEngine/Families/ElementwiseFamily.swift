internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A function of each element.
struct UnaryFamily: StepFamily {
  let function: UnaryKernel

  var kernel: String { "elementwise, \(function)" }
  var layouts: LayoutRule { .following }

  static func planned(
    _ function: UnaryFunction, _ node: Node
  ) throws(PlanningProblem) -> PlannedStep {
    guard let kernel = UnaryKernel.allCases.first(where: { "\($0)" == "\(function)" }) else {
      throw .unsupported("no kernel for it")
    }
    return PlannedStep(UnaryFamily(function: kernel), node)
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) -> any ScheduledStep {
    Step(function: function, outputs: [inputs[0].form])
  }

  private struct Step: ScheduledStep {
    let function: UnaryKernel
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.map(
        function, count: outputs[0].shape.count, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}

/// A function of two elements, broadcast as numpy does.
struct BinaryFamily: StepFamily {
  let function: BinaryKernel

  var kernel: String { "elementwise, \(function)" }
  var layouts: LayoutRule { .following }

  static func planned(
    _ function: BinaryFunction, _ node: Node
  ) throws(PlanningProblem) -> PlannedStep {
    guard let kernel = BinaryKernel.allCases.first(where: { "\($0)" == "\(function)" }) else {
      throw .unsupported("no kernel for it")
    }
    return PlannedStep(BinaryFamily(function: kernel), node)
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (left, right) = (inputs[0].shape, inputs[1].shape)
    let rank = max(left.rank, right.rank)
    let order = inputs[0].layout == .channelsLast ? inputs[0].layout : inputs[1].layout
    let sizes = zip(left.padded(to: rank), right.padded(to: rank)).map { $0 == 1 ? $1 : $0 }
    let form = ValueForm(.float32, try makeShape(sizes), order)
    let layout = BroadcastLayout(
      left: order.physical(left.padded(to: rank)), right: order.physical(right.padded(to: rank)))
    guard let layout else {
      throw .mismatch(expected: "a shape that goes with \(left)", found: "\(right)")
    }
    return Step(function: function, layout: layout, outputs: [form])
  }

  private struct Step: ScheduledStep {
    let function: BinaryKernel
    let layout: BroadcastLayout
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.combine(
        function, layout: layout, left: operands.inputs[0], right: operands.inputs[1],
        output: operands.outputs[0])
    }
  }
}

extension Shape {
  /// The dimensions with ones in front, `rank` in all.
  func padded(to rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - self.rank) + dimensions
  }
}
