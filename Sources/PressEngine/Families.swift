internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A step's family, and the names of the values that it takes at run time.
struct PlannedStep {
  let family: any StepFamily
  /// Names of values; empty where the node leaves an input out.
  let operands: [String]

  init(_ family: any StepFamily, operands: [String]) {
    self.family = family
    self.operands = operands
  }

  /// A step that takes all inputs of a node.
  init(_ family: any StepFamily, _ node: Node) {
    self.init(family, operands: node.inputs)
  }
}

extension PlanningContext {
  /// The family that runs a node: one line for each.
  mutating func planned(_ unit: PlannedUnit) throws(PlanningProblem) -> PlannedStep {
    let node = unit.node
    if let (function, input) = unit.affine {
      let family = UnaryFamily(
        function: .affine, alpha: Double(function.scale), beta: Double(function.shift))
      return PlannedStep(family, operands: [input])
    }
    if let group = unit.integers { return try IntegerLayerFamily.planned(group, node, &self) }
    if let step = try movingStep(node) { return step }
    if let step = try quantizedStep(node) { return step }
    if let step = try normalizedStep(node) { return step }
    return switch node.operation {
    case .convolution(let attributes): try ConvolutionFamily.planned(attributes, unit, &self)
    case .gemm(let attributes): try LinearFamily.planned(attributes, unit, &self)
    case .matrixProduct: try LinearFamily.planned(unit, &self)
    case .pool(let attributes): try PoolFamily.planned(attributes, node, self)
    case .globalPool(let kind): PlannedStep(PoolFamily(kind), node)
    case .softmax(let attributes): PlannedStep(SoftmaxFamily(attributes), node)
    case .reduce(let attributes): PlannedStep(ReductionFamily(attributes: attributes), node)
    case .flatten(let attributes): PlannedStep(FlattenFamily(axis: attributes.axis), node)
    case .reshape(let attributes): PlannedStep(ReshapeFamily(attributes), node)
    case .shape(let attributes): PlannedStep(ShapeFamily(attributes), node)
    case .unary(.not): PlannedStep(NotFamily(), node)
    case .unary(let function): try unary(function, node)
    case .activation(let activation): PlannedStep(UnaryFamily(activation), node)
    case .binary(.pow): PlannedStep(PowerFamily(), node)
    case .binary(let function): PlannedStep(BinaryFamily(function), node)
    case .modulo(let modulo): PlannedStep(BinaryFamily(modulo), node)
    case .variadic(let function): PlannedStep(VariadicFamily(function: function), node)
    case .select: PlannedStep(SelectFamily(), node)
    case .clip(let attributes): try ClipFamily.planned(attributes, node, self)
    case .cast(let attributes): PlannedStep(CastFamily(to: attributes.target), node)
    case .recurrent(let attributes): try RecurrentFamily.planned(attributes, node, &self)
    case .convolutionTranspose(let attributes):
      try TransposedConvolutionFamily.planned(attributes, node, &self)
    default: throw .unsupported(PlanningContext.missing(node.operation))
    }
  }

  /// Whether a node does nothing when a network only runs: its output is its first input.
  static func isPassedThrough(_ node: Node) -> Bool {
    switch node.operation {
    case .unary(.identity): true
    case .clip(let bounds):
      bounds.minimum == nil && bounds.maximum == nil
        && node.inputs.dropFirst().allSatisfy(\.isEmpty)
    case .dropout:
      node.inputs.dropFirst(2).allSatisfy(\.isEmpty)
        && node.outputs.dropFirst().allSatisfy(\.isEmpty)
    default: false
    }
  }

  private func unary(
    _ function: UnaryFunction, _ node: Node
  ) throws(PlanningProblem) -> PlannedStep {
    guard let kernel = UnaryKernel(function) else { throw .unsupported("no kernel for it") }
    return PlannedStep(UnaryFamily(function: kernel), node)
  }

  private static func missing(_ operation: Operation) -> String {
    guard case .opaque(let record) = operation, !record.domain.isEmpty,
      record.domain != "ai.onnx"
    else { return "no kernel for it" }
    return "no kernel for domain '\(record.domain)'"
  }
}
