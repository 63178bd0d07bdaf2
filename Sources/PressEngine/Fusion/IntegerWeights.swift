internal import PressGraph
internal import PressTensor

extension Model {
  /// The model with the codes of a layer's weight as integers behind a DequantizeLinear where the
  /// layer's input comes out of one, too: what `groupIntegers` looks for.
  func withIntegerWeights() throws(EngineError) -> Model {
    guard let graph else { return self }
    var dequantized: Set<String> = []
    for node in graph.nodes {
      if case .dequantize = node.operation { dequantized.formUnion(node.outputs) }
    }
    var names: Set<String> = []
    for node in graph.nodes
    where node.isProduct && node.inputs.count > 1 && dequantized.contains(node.inputs[0]) {
      names.insert(node.inputs[1])
    }
    guard !names.isEmpty else { return self }
    do {
      // Nothing is written: any version will do that has scales along an axis.
      return try withIntegers(opset: 13) { name, _ in names.contains(name) }.model
    } catch {
      throw .weight(name: names.min() ?? "", error)
    }
  }
}

extension Node {
  /// Whether the node is a layer that integers can go through.
  fileprivate var isProduct: Bool {
    switch operation {
    case .convolution, .matrixProduct, .gemm: true
    default: false
    }
  }
}
