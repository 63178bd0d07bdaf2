internal import PressGraph

extension PlanningContext {
  /// The family that runs a node about integers with scales; `nil` for others.
  mutating func quantizedStep(_ node: Node) throws(PlanningProblem) -> PlannedStep? {
    return switch node.operation {
    case .quantize(let attributes): PlannedStep(QuantizeFamily(attributes: attributes), node)
    case .dequantize(let attributes): PlannedStep(DequantizeFamily(attributes: attributes), node)
    case .dynamicQuantize:
      PlannedStep(DynamicQuantizeFamily(outputCount: node.outputs.count), node)
    case .quantizedConvolution(let attributes):
      try IntegerConvolutionFamily.planned(attributes, node, &self)
    case .quantizedProduct(let product):
      try IntegerProductFamily.planned(product, node, &self)
    default: nil
    }
  }
}
