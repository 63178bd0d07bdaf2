internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A product with a constant matrix, and a bias: Gemm, and MatMul by a constant.
struct LinearFamily: StepFamily {
  let weight: PackedMatrix
  let bias: FloatBuffer?
  let kernel: String
  let reason: String
  /// Whether the input has any number of leading axes rather than one.
  let isBatched: Bool

  var weightBytes: Int { weight.byteCount + (bias?.byteCount ?? 0) }

  /// `Y = alpha * A * B' + beta * C` with constants B and C.
  static func planned(
    _ gemm: Gemm, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let weight = try context.requiredWeight(node, 1, "a second operand")
    guard !gemm.transA else { throw .unsupported("transA") }
    let (rows, columns) = try dimensions(of: weight, isTransposed: !gemm.transB)
    let packing = try context.matrix(
      weight, rows: rows, columns: columns, isTransposed: !gemm.transB, layout: .panels,
      scale: gemm.alpha)
    var bias: FloatBuffer?
    if gemm.beta != 0, let constant = try context.weight(node, 2, "a bias") {
      bias = try context.bias(constant, rows: rows, scale: gemm.beta)
    }
    return PlannedStep(LinearFamily(packing, bias: bias, isBatched: false), operands: [node.inputs[0]])
  }

  /// A matrix product whose second operand is a constant matrix.
  static func planned(
    _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let weight = try context.requiredWeight(node, 1, "a second operand")
    let (rows, columns) = try dimensions(of: weight, isTransposed: true)
    let packing = try context.matrix(
      weight, rows: rows, columns: columns, isTransposed: true, layout: .panels)
    return PlannedStep(LinearFamily(packing, bias: nil, isBatched: true), operands: [node.inputs[0]])
  }

  private init(_ packing: PlanningContext.Packing, bias: FloatBuffer?, isBatched: Bool) {
    weight = packing.matrix
    kernel = "linear, \(packing.kernel)"
    reason = packing.reason
    self.bias = bias
    self.isBatched = isBatched
  }

  private static func dimensions(
    of weight: Weight, isTransposed: Bool
  ) throws(PlanningProblem) -> (rows: Int, columns: Int) {
    let dimensions = weight.shape.dimensions
    guard dimensions.count == 2 else {
      throw .unsupported("a constant operand of shape \(weight.shape)")
    }
    return isTransposed ? (dimensions[1], dimensions[0]) : (dimensions[0], dimensions[1])
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    guard isBatched ? input.rank >= 1 : input.rank == 2,
      input.dimensions.last == weight.columns
    else {
      throw .mismatch(
        expected: "\(isBatched ? "..." : "N")x\(weight.columns)", found: "\(input)")
    }
    let leading = input.dimensions.dropLast()
    let output = try makeShape(leading + [weight.rows])
    let count = try makeShape(Array(leading)).count
    guard let scratch = Workspace.linearScratch(weight, count: count) else { throw .overflow }
    return Step(family: self, count: count, outputs: [ValueForm(.float32, output)], scratchBytes: scratch)
  }

  private struct Step: ScheduledStep {
    let family: LinearFamily
    let count: Int
    let outputs: [ValueForm]
    let scratchBytes: Int

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.linear(
        family.weight, bias: family.bias, count: count, input: operands.inputs[0],
        output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}

extension PlanningContext {
  /// A bias of one element for each of `rows` outputs, from a constant that broadcasts to it.
  mutating func bias(
    _ constant: Weight, rows: Int, scale: Float = 1
  ) throws(PlanningProblem) -> FloatBuffer {
    let isRow = constant.shape.count == rows && constant.shape.dimensions.last ?? 1 == rows
    guard isRow || constant.shape.count == 1 else {
      throw .unsupported("a bias of shape \(constant.shape) for \(rows) outputs")
    }
    let elements = try elements(of: constant, scale: scale)
    if isRow { return elements }
    return FloatBuffer([Float](repeating: elements.span[0], count: rows))
  }
}
