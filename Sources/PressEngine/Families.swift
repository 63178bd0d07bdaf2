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
    case .batchNormalization(let attributes):
      try BatchNormalizationFamily.planned(attributes, node)
    case .layerNormalization(let attributes):
      PlannedStep(RowNormalizationFamily(attributes, node), node)
    case .rmsNormalization(let attributes): PlannedStep(RowNormalizationFamily(attributes), node)
    case .instanceNormalization(let attributes):
      PlannedStep(GroupNormalizationFamily(attributes), node)
    case .groupNormalization(let attributes):
      PlannedStep(GroupNormalizationFamily(attributes), node)
    case .lpNormalization(let attributes):
      PlannedStep(LpNormalizationFamily(attributes: attributes), node)
    case .localResponseNormalization(let attributes):
      PlannedStep(ResponseNormalizationFamily(attributes: attributes), node)
    case .squeeze(let attributes): PlannedStep(SqueezeFamily(axes: attributes.axes), node)
    case .unsqueeze(let attributes): PlannedStep(UnsqueezeFamily(axes: attributes.axes), node)
    case .size: PlannedStep(SizeFamily(), node)
    case .concat(let attributes): PlannedStep(ConcatFamily(axis: attributes.axis), node)
    case .split(let attributes): PlannedStep(SplitFamily(attributes, node), node)
    case .slice(let attributes): PlannedStep(SliceFamily(attributes: attributes), node)
    case .transpose(let attributes):
      PlannedStep(TransposeFamily(permutation: attributes.permutation), node)
    case .rearrangeDepth(let attributes): PlannedStep(DepthFamily(attributes: attributes), node)
    case .expand: PlannedStep(ExpandFamily(), node)
    case .tile: PlannedStep(TileFamily(), node)
    case .constantOfShape(let attributes):
      try ConstantOfShapeFamily.planned(attributes, node, &self)
    case .gather(let attributes): PlannedStep(GatherFamily(axis: attributes.axis), node)
    case .gatherElements(let attributes):
      PlannedStep(GatherElementsFamily(axis: attributes.axis), node)
    case .gatherND(let attributes):
      PlannedStep(GatherNDFamily(batchAxes: attributes.batchAxes), node)
    case .scatterElements(let attributes):
      PlannedStep(ScatterElementsFamily(attributes: attributes), node)
    case .scatterND(let attributes):
      PlannedStep(ScatterNDFamily(reduction: attributes.reduction), node)
    case .argReduce(let attributes): PlannedStep(ArgReduceFamily(attributes: attributes), node)
    case .topK(let attributes): PlannedStep(TopKFamily(attributes: attributes), node)
    case .cumulativeSum(let attributes):
      PlannedStep(CumulativeSumFamily(attributes: attributes), node)
    case .range: PlannedStep(RangeFamily(), node)
    case .oneHot(let attributes): PlannedStep(OneHotFamily(attributes: attributes), node)
    case .triangle(let attributes): PlannedStep(TriangleFamily(isUpper: attributes.isUpper), node)
    case .pad(let attributes): PlannedStep(PadFamily(attributes), node)
    case .resize(let attributes): PlannedStep(ResizeFamily(attributes: attributes), node)
    case .dropout(let attributes): PlannedStep(DropoutFamily(attributes, node), node)
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
