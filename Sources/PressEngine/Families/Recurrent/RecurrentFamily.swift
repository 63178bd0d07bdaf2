internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A recurrent layer: the products of all time steps of x at once, then step by step those of the
/// state and the cell.
///
/// Inputs are x, W, R, B, sequence_lens, initial_h, initial_c and P as in ONNX. Lengths beyond the
/// sequence count as the whole of it.
struct RecurrentFamily: StepFamily {
  let attributes: Recurrent
  /// The functions of each direction.
  let functions: [[CellActivation]]
  /// The matrices of each direction with the shapes of W and R; `nil` where they are operands.
  let weights: (directions: [RecurrentWeights], w: Shape, r: Shape)?
  /// How many of the outputs the node has.
  let outputCount: Int

  var kernel: String { "recurrent, \(attributes.kind.rawValue)" }
  var weightBytes: Int { weights?.directions.reduce(0) { $0 + $1.byteCount } ?? 0 }

  static func planned(
    _ attributes: Recurrent, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let functions = try attributes.cellFunctions()
    func family(_ weights: ([RecurrentWeights], Shape, Shape)?) -> RecurrentFamily {
      RecurrentFamily(
        attributes: attributes, functions: functions, weights: weights,
        outputCount: node.outputs.count)
    }
    guard context.isConstant(node, 1), context.isConstant(node, 2) else {
      return PlannedStep(family(nil), node)
    }
    let w = try context.requiredWeight(node, 1, "W")
    let r = try context.requiredWeight(node, 2, "R")
    let (shape, state) = (w.shape.dimensions, r.shape.dimensions)
    guard shape.count == 3, state.count == 3, shape[0] == attributes.directions,
      state[0] == shape[0], state[1] == shape[1], state[1] == attributes.kind.gates * state[2]
    else {
      throw .mismatch(
        expected:
          "W and R with \(attributes.directions) directions of \(attributes.kind.gates) gates",
        found: "\(w.shape) and \(r.shape)")
    }
    let packed = try context.recurrentWeights(attributes, w: w, r: r)
    var operands = node.inputs
    (operands[1], operands[2]) = ("", "")
    return PlannedStep(family((packed, w.shape, r.shape)), operands: operands)
  }

  func missing(for types: [ElementType?]) -> String? {
    let lengths = types.count > 4 ? types[4] : nil
    let others = types.enumerated().map { $0.offset == 4 ? nil : $0.element }
    return float32Only(others) ?? accepted([lengths], [.int32])
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shapes: (w: Shape, r: Shape)
    if let weights {
      shapes = (weights.w, weights.r)
    } else {
      shapes = (try inputs.required(1).shape, try inputs.required(2).shape)
    }
    let sizes = try RecurrentSizes(
      attributes, x: inputs[0].shape, w: shapes.w, r: shapes.r, inputs)
    return try RecurrentStep(self, sizes, isGiven: inputs.indices.map { inputs.has($0) })
  }
}
