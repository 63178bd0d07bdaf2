internal import PressGraph

/// A node together with those behind it that its kernel does on the way.
struct PlannedUnit {
  /// The node whose kernel runs.
  let node: Node
  /// What the kernel is where the node stands for a layer between dequantized operands.
  var integers: IntegerGroup?
  /// What is done to its output.
  var tail = Tail()
  /// What several nodes do to each element of a value, instead of the node's own kernel.
  var affine: (function: AffineFunction, input: String)?
  /// The nodes that the tail, or the function, stands for.
  var fused: [Node] = []

  /// The names of the values that the unit makes.
  var outputs: [String] { fused.last?.outputs ?? node.outputs }
  /// All nodes.
  var nodes: [Node] { [node] + fused }
}
