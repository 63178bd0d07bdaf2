internal import PressGraph
internal import PressTensor

/// A node together with those behind it that its kernel does on the way.
struct PlannedUnit {
  /// The node whose kernel runs.
  let node: Node
  /// What is done to its output, in order.
  var tail: [Node] = []

  /// The name of the value that the unit makes.
  var output: String { (tail.last ?? node).outputs.first ?? "" }
  /// All nodes.
  var nodes: [Node] { [node] + tail }
}
