internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A product with a constant matrix: Gemm, and MatMul by a constant.
struct LinearFamily: StepFamily {
  let weight: PackedMatrix
  let bias: FloatBuffer?
  let kernel: String
  let reason: String
  /// Whether the input has any number of leading axes rather than one.
  let isBatched: Bool
  let activation: Epilogue.Activation

  var weightBytes: Int { weight.byteCount + (bias?.byteCount ?? 0) }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  /// `Y = alpha * A * B' + beta * C` with constants B and C.
  static func planned(
    _ gemm: Gemm, _ unit: PlannedUnit, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let node = unit.node
    let hasBias = gemm.beta != 0 && context.hasInput(node, 2)
    guard context.isConstant(node, 1), !gemm.transA, !hasBias || context.isConstant(node, 2) else {
      return PlannedStep(ProductFamily(gemm, hasBias: hasBias), node)
    }
    let weight = try context.requiredWeight(node, 1, "a second operand")
    guard weight.shape.rank == 2 else {
      throw .mismatch(expected: "a matrix", found: "\(weight.shape)")
    }
    let rows = weight.shape.dimensions[gemm.transB ? 0 : 1]
    var bias: FloatBuffer?
    if hasBias, let constant = try context.weight(node, 2, "a bias") {
      guard let vector = try context.bias(constant, rows: rows, scale: gemm.beta) else {
        return PlannedStep(ProductFamily(gemm, hasBias: hasBias), node)
      }
      bias = vector
    }
    return try planned(
      unit, weight, isTransposed: !gemm.transB, alpha: gemm.alpha, bias: bias, isBatched: false,
      &context)
  }

  /// A matrix product, by a constant matrix or by another value.
  static func planned(
    _ unit: PlannedUnit, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let node = unit.node
    guard context.isConstant(node, 1), !context.isConstant(node, 0),
      let weight = try context.weight(node, 1, "a second operand"), weight.shape.rank == 2
    else { return PlannedStep(ProductFamily(), node) }
    return try planned(
      unit, weight, isTransposed: true, alpha: 1, bias: nil, isBatched: true, &context)
  }

  private static func planned(
    _ unit: PlannedUnit, _ weight: Weight, isTransposed: Bool, alpha: Float, bias: FloatBuffer?,
    isBatched: Bool, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let sizes = weight.shape.dimensions
    let (rows, columns) = isTransposed ? (sizes[1], sizes[0]) : (sizes[0], sizes[1])
    let view = isTransposed ? MatrixView(transposed: weight.shape) : MatrixView(weight.shape)
    let (loaded, reason) = try context.layerWeight(weight, view: view)
    var scale = unit.tail.scale
    if alpha != 1 {
      try context.reserve(rows)
      scale = (scale ?? [Float](repeating: 1, count: rows)).map { $0 * alpha }
    }
    let matrix = try context.matrix(
      loaded, of: weight, rows: rows, columns: columns, isTransposed: isTransposed,
      rowScale: scale)
    let family = LinearFamily(
      weight: matrix, bias: unit.tail.bias(bias, rows: rows), kernel: "linear, \(loaded.name)",
      reason: context.reason(reason, matrix), isBatched: isBatched, activation: unit.tail.activation
    )
    return PlannedStep(
      family, operands: [unit.node.inputs[0]] + (unit.tail.residual.map { [$0] } ?? []))
  }

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
    try inputs.checkResidual(output)
    let count = try makeShape(Array(leading)).count
    guard let scratch = Workspace.linearScratch(weight, count: count) else { throw .overflow }
    return Step(
      family: self, count: count, outputs: [ValueForm(.float32, output)], scratchBytes: scratch)
  }

  private struct Step: ScheduledStep {
    let family: LinearFamily
    let count: Int
    let outputs: [ValueForm]
    let scratchBytes: Int

    var threadBytes: Int { family.weight.threadBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let epilogue = Epilogue(
        bias: family.bias, residual: operands.inputs.count > 1 ? operands.inputs[1] : nil,
        activation: family.activation)
      workspace.linear(
        family.weight, epilogue: epilogue, count: count, input: operands.inputs[0],
        output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}

extension PlanningContext {
  /// A bias of one element for each of `rows` outputs; `nil` where a constant is not like that.
  mutating func bias(
    _ constant: Weight, rows: Int, scale: Float = 1
  ) throws(PlanningProblem) -> FloatBuffer? {
    let isRow = constant.shape.count == rows && constant.shape.dimensions.last ?? 1 == rows
    guard isRow || constant.shape.count == 1, constant.elementType == .float32 else { return nil }
    let elements = try elements(of: constant, scale: scale)
    if isRow { return elements }
    try reserve(rows)
    return FloatBuffer([Float](repeating: elements.span[0], count: rows))
  }
}
