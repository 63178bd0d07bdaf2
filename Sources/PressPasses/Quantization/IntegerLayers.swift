import PressGraph
import PressTensor

/// The layers of a graph whose input can be integers, and the values that have to be for it.
struct IntegerLayers {
  /// A layer with a constant weight.
  struct Layer {
    /// The node's place in the graph.
    let place: Int
    /// The value that it takes.
    let input: String
    /// The weight's place in the model.
    let weight: Int
  }

  /// The layers, in the graph's order.
  let layers: [Layer]
  /// For each value that is to be quantized, the one whose range it has: itself, or what nodes that
  /// only move elements, or take the largest, made it from.
  let roots: [String: String]

  /// Finds the Conv, Gemm and MatMul nodes of the graph itself whose second operand is one of some
  /// weights.
  init(_ model: Model, _ graph: Graph, weights: Set<Int>) {
    let ids = Dictionary(uniqueKeysWithValues: weights.map { (model.weights[$0].id, $0) })
    let operands = graph.constantOperands(in: model)
    let producers = graph.producers
    var layers: [Layer] = []
    var roots: [String: String] = [:]
    for (place, node) in graph.nodes.enumerated() {
      guard node.isIntegerLayer, node.inputs.count > 1, let id = operands[node.inputs[1]],
        let weight = ids[id], operands[node.inputs[0]] == nil
      else { continue }
      layers.append(Layer(place: place, input: node.inputs[0], weight: weight))
      var path = [node.inputs[0]]
      while let maker = path.last.flatMap({ producers[$0] }), graph.nodes[maker].keepsElements,
        operands[graph.nodes[maker].inputs[0]] == nil
      {
        path.append(graph.nodes[maker].inputs[0])
      }
      for value in path { roots[value] = path[path.count - 1] }
    }
    self.layers = layers
    self.roots = roots
  }
}

extension Node {
  /// Whether the engine can run the node on integers.
  fileprivate var isIntegerLayer: Bool {
    switch operation {
    case .convolution, .matrixProduct: true
    case .gemm(let gemm): gemm.alpha == 1 && gemm.beta == 1 && !gemm.transA
    default: false
    }
  }

  /// Whether every element of the output is one of the first input's.
  fileprivate var keepsElements: Bool {
    switch operation {
    case .flatten, .reshape, .transpose, .squeeze, .unsqueeze: true
    case .pool(let pool): pool.kind == .max && outputs.count == 1
    default: false
    }
  }
}
