internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A function of each element.
struct UnaryFamily: StepFamily {
  let function: UnaryKernel

  var kernel: String { "elementwise, \(function)" }
  var reason: String { "the only one" }

  static func planned(_ function: UnaryFunction) throws(PlanningProblem) -> PlannedNode {
    guard let kernel = UnaryKernel.allCases.first(where: { "\($0)" == "\(function)" }) else {
      throw .unsupported("no kernel for it")
    }
    return PlannedNode(UnaryFamily(function: kernel))
  }

  func scheduled(for inputs: [Shape]) -> any ScheduledStep {
    Step(function: function, outputs: inputs)
  }

  private struct Step: ScheduledStep {
    let function: UnaryKernel
    let outputs: [Shape]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.map(
        function, count: outputs[0].count, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}

/// A function of two elements, broadcast as numpy does.
struct BinaryFamily: StepFamily {
  let function: BinaryKernel

  var kernel: String { "elementwise, \(function)" }
  var reason: String { "the only one" }

  static func planned(_ function: BinaryFunction) throws(PlanningProblem) -> PlannedNode {
    guard let kernel = BinaryKernel.allCases.first(where: { "\($0)" == "\(function)" }) else {
      throw .unsupported("no kernel for it")
    }
    return PlannedNode(BinaryFamily(function: kernel), operands: [0, 1])
  }

  func scheduled(for inputs: [Shape]) throws(ShapeProblem) -> any ScheduledStep {
    let rank = max(inputs[0].rank, inputs[1].rank)
    let (left, right) = (inputs[0].padded(to: rank), inputs[1].padded(to: rank))
    let output = zip(left, right).map { $0 == 1 ? $1 : $0 }
    let shape = try makeShape(output)
    guard let layout = BroadcastLayout(left: left, right: right) else {
      throw .mismatch(expected: "a shape that goes with \(inputs[0])", found: "\(inputs[1])")
    }
    return Step(function: function, layout: layout, outputs: [shape])
  }

  private struct Step: ScheduledStep {
    let function: BinaryKernel
    let layout: BroadcastLayout
    let outputs: [Shape]

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
  fileprivate func padded(to rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - self.rank) + dimensions
  }
}
