internal import PressGraph
internal import PressTensor

/// A step's family, and the node's inputs that it takes at run time.
struct PlannedNode {
  let family: any StepFamily
  /// Positions among the node's inputs; the others went into the family.
  let operands: [Int]

  init(_ family: any StepFamily, operands: [Int] = [0]) {
    self.family = family
    self.operands = operands
  }
}

extension PlanningContext {
  /// The family that runs a node: one line for each.
  mutating func planned(_ node: Node) throws(PlanningProblem) -> PlannedNode {
    switch node.operation {
    case .convolution(let attributes): try ConvolutionFamily.planned(attributes, node, &self)
    case .gemm(let attributes): try LinearFamily.planned(attributes, node, &self)
    case .matrixProduct: try LinearFamily.planned(node, &self)
    case .pool(let attributes): try PoolFamily.planned(attributes)
    case .globalPool(let kind): PlannedNode(PoolFamily(kind))
    case .softmax(let attributes): try SoftmaxFamily.planned(attributes)
    case .flatten(let attributes): PlannedNode(FlattenFamily(axis: attributes.axis))
    case .reshape(let attributes): try ReshapeFamily.planned(attributes, node, self)
    case .unary(let function): try UnaryFamily.planned(function)
    case .binary(let function): try BinaryFamily.planned(function)
    case .dropout: throw .unsupported("a training_mode")
    case .opaque(let record): throw .unsupported(PlanningContext.missing(record))
    default: throw .unsupported("no kernel for it")
    }
  }

  /// Whether a node does nothing when a network only runs: its output is its first input.
  static func isPassedThrough(_ node: Node) -> Bool {
    switch node.operation {
    case .unary(.identity): true
    case .dropout: node.inputs.dropFirst(2).allSatisfy(\.isEmpty)
    default: false
    }
  }

  private static func missing(_ record: OperationRecord) -> String {
    record.domain.isEmpty || record.domain == "ai.onnx"
      ? "no kernel for it" : "no kernel for domain '\(record.domain)'"
  }
}
