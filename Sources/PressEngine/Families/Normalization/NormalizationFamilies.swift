internal import PressGraph

extension PlanningContext {
  /// The family that runs a normalization; `nil` for other nodes.
  func normalizedStep(_ node: Node) throws(PlanningProblem) -> PlannedStep? {
    return switch node.operation {
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
    default: nil
    }
  }
}
