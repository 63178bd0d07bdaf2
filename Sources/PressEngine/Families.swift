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
    case .flatten(let attributes): PlannedNode(FlattenFamily(axis: attributes.axis))
    case .unary(let function): try UnaryFamily.planned(function)
    case .binary(let function): try BinaryFamily.planned(function)
    case .constant: throw .unsupported("a constant that is not bound")
    case .opaque(let record): throw .unsupported(PlanningContext.missing(record))
    default: throw .unsupported("no kernel for it")
    }
  }

  /// Operators that do nothing when a network only runs: their output is their first input.
  static func isPassedThrough(_ operation: Operation) -> Bool {
    if case .dropout = operation { return true }
    return operation == .unary(.identity)
  }

  private static func missing(_ record: OperationRecord) -> String {
    record.domain.isEmpty ? "no kernel for it" : "no kernel for domain '\(record.domain)'"
  }
}
