internal import PressGraph
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
    return switch node.operation {
    case .convolution(let attributes): try ConvolutionFamily.planned(attributes, unit, &self)
    case .gemm(let attributes): try LinearFamily.planned(attributes, unit, &self)
    case .matrixProduct: try LinearFamily.planned(unit, &self)
    case .pool(let attributes): try PoolFamily.planned(attributes, node)
    case .globalPool(let kind): PlannedStep(PoolFamily(kind), node)
    case .softmax(let attributes): try SoftmaxFamily.planned(attributes, node)
    case .flatten(let attributes): PlannedStep(FlattenFamily(axis: attributes.axis), node)
    case .reshape(let attributes): PlannedStep(ReshapeFamily(attributes), node)
    case .shape(let attributes): PlannedStep(ShapeFamily(attributes), node)
    case .unary(let function): try UnaryFamily.planned(function, node)
    case .binary(let function): try BinaryFamily.planned(function, node)
    case .quantize(let attributes): PlannedStep(QuantizeFamily(attributes: attributes), node)
    case .dequantize(let attributes): PlannedStep(DequantizeFamily(attributes: attributes), node)
    case .dynamicQuantize:
      PlannedStep(DynamicQuantizeFamily(outputCount: node.outputs.count), node)
    case .quantizedConvolution(let attributes):
      try IntegerConvolutionFamily.planned(attributes, node, &self)
    case .quantizedProduct(let product):
      try IntegerProductFamily.planned(product, node, &self)
    case .recurrent(let attributes): try RecurrentFamily.planned(attributes, node, &self)
    case .convolutionTranspose(let attributes):
      try TransposedConvolutionFamily.planned(attributes, node, &self)
    case .dropout: throw .unsupported("a training_mode")
    default: throw .unsupported(PlanningContext.missing(node.operation))
    }
  }

  /// Whether a node does nothing when a network only runs: its output is its first input.
  static func isPassedThrough(_ node: Node) -> Bool {
    switch node.operation {
    case .unary(.identity): true
    case .dropout:
      node.inputs.dropFirst(2).allSatisfy(\.isEmpty)
        && node.outputs.dropFirst().allSatisfy(\.isEmpty)
    default: false
    }
  }

  private static func missing(_ operation: Operation) -> String {
    guard case .opaque(let record) = operation, !record.domain.isEmpty,
      record.domain != "ai.onnx"
    else { return "no kernel for it" }
    return "no kernel for domain '\(record.domain)'"
  }
}
