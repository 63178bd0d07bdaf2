internal import PressGraph

extension PlanBuilder {
  /// The nodes in order, each with those that are fused into it.
  func units(of nodes: [Node]) -> [PlannedUnit] {
    nodes.map { PlannedUnit(node: $0) }
  }
}
