package import PressTensor

/// A place where a node takes a constant, as it is or handed on by nodes such as Transpose.
package struct WeightSite: Sendable, Hashable {
  /// The node's label.
  package var label: String
  /// The first output of the node; `nil` for a node of a nested graph or of a function.
  package var output: String?
  /// Which of the node's inputs it is.
  package var slot: Int
  /// The constant as the node's weight, a matrix; `nil` where it is none or nothing is known.
  package var view: MatrixView?

  init(_ node: Node, slot: Int, operand: Operand, isOutermost: Bool) {
    label = node.label
    output = isOutermost ? node.outputs.first : nil
    self.slot = slot
    let (role, view) = operand.role(in: node.operation, slot: slot, isAddedToProduct: false)
    self.view = role == .weight ? view : nil
  }
}

extension Model {
  /// Every place of the graph where each constant is taken in the end, in order.
  ///
  /// Those that only hand a constant on are left out, as is the graph's own output.
  package func weightSites() -> [WeightID: [WeightSite]] {
    guard let graph else { return [:] }
    var finder = UseFinder(self)
    finder.visit(graph)
    return finder.sites
  }
}

extension Graph {
  /// The constants behind values of the graph, directly or handed on by nodes such as Identity; the
  /// order of their elements is the value's as long as no more than one axis is longer than 1.
  package func constantOperands(in model: Model) -> [String: WeightID] {
    UseFinder.operands(of: self, in: model)
  }
}
