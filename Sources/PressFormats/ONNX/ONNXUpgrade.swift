import PressGraph
import PressONNXSchema
import PressTensor

/// Turns a model of operators older than any that Press knows into one of the oldest known.
///
/// Operator set 7 brought NumPy's broadcasting and dropped attributes that told training from
/// inference. Where a node means the same without what was dropped, it is rewritten, and the model
/// counts as one of operator set 7 from then on. Models without such a node stay as they are.
struct ONNXUpgrade {
  /// The operator set that the model declares.
  private let opset: Int
  /// The ranks of values, as far as the graph declares them.
  private var ranks: [String: Int] = [:]

  /// Rewrites the model's graph if one of its operators changed up to the oldest known set.
  ///
  /// - Throws: `oldOperator` for a node that can't be rewritten.
  static func apply(to model: inout Onnx_ModelProto) throws(ONNXError) {
    let oldest = ONNX.opsets.lowerBound
    let places = model.opsetImport.indices.filter {
      OpsetTable.normalized(model.opsetImport[$0].domain).isEmpty
    }
    guard let first = places.first else { return }
    let version = model.opsetImport[first].version
    guard (1..<Int64(oldest)).contains(version),
      places.allSatisfy({ model.opsetImport[$0].version == version })
    else { return }
    var upgrade = ONNXUpgrade(opset: Int(version))
    guard upgrade.changes(model.graph) else { return }
    try upgrade.rewrite(&model.graph)
    for place in places { model.opsetImport[place].version = Int64(oldest) }
  }

  private init(opset: Int) {
    self.opset = opset
  }

  private func isChanged(_ node: Onnx_NodeProto) -> Bool {
    OpsetTable.normalized(node.domain).isEmpty
      && !OperatorVersions.isUnchanged(node.opType, from: opset, to: ONNX.opsets.lowerBound)
  }

  private func changes(_ graph: Onnx_GraphProto) -> Bool {
    graph.node.contains { node in
      isChanged(node)
        || node.attribute.contains { attribute in
          attribute.hasG && changes(attribute.g) || attribute.graphs.contains(where: changes)
        }
    }
  }

  private mutating func rewrite(_ graph: inout Onnx_GraphProto) throws(ONNXError) {
    for value in graph.input + graph.valueInfo where value.type.tensorType.hasShape {
      ranks[value.name] = value.type.tensorType.shape.dim.count
    }
    for tensor in graph.initializer { ranks[tensor.name] = tensor.dims.count }
    for index in graph.node.indices {
      if isChanged(graph.node[index]), !rewrite(nodeAt: index, of: &graph) {
        let node = graph.node[index]
        let label = node.name.isEmpty ? node.output.first ?? "#\(index)" : node.name
        throw .oldOperator(node.opType, node: label, opset: opset)
      }
      for place in graph.node[index].attribute.indices {
        try rewriteGraphs(&graph.node[index].attribute[place])
      }
    }
  }

  private mutating func rewriteGraphs(_ attribute: inout Onnx_AttributeProto) throws(ONNXError) {
    if attribute.hasG { try rewrite(&attribute.g) }
    for index in attribute.graphs.indices { try rewrite(&attribute.graphs[index]) }
  }

  /// Rewrites one node; `false` where the newer operator can't say the same.
  private func rewrite(nodeAt index: Int, of graph: inout Onnx_GraphProto) -> Bool {
    switch graph.node[index].opType {
    case "AveragePool": return true
    case "Gemm":
      // The product always broadcasts now.
      graph.node[index].drop(["broadcast"])
      return true
    case "Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Equal", "Greater", "Less":
      guard broadcastsLikeNumPy(graph.node[index]) else { return false }
      graph.node[index].drop(["broadcast", "axis", "consumed_inputs"])
      return true
    case "BatchNormalization", "Dropout":
      // Without is_test the node trains.
      guard graph.node[index].integer("is_test") == 1 else { return false }
      graph.node[index].drop(["is_test", "consumed_inputs"])
      return true
    case "PRelu": return alignSlope(ofNodeAt: index, &graph)
    default: return false
    }
  }

  /// Whether the second operand's axes are the last ones of the first's.
  private func broadcastsLikeNumPy(_ node: Onnx_NodeProto) -> Bool {
    guard node.integer("broadcast") == 1, let axis = node.integer("axis") else { return true }
    guard node.input.count == 2, let first = ranks[node.input[0]], let second = ranks[node.input[1]]
    else { return false }
    return (axis < 0 ? axis + first : axis) == first - second
  }

  /// Gives a slope for each channel the axes behind the channels, which it lacked.
  private func alignSlope(ofNodeAt index: Int, _ graph: inout Onnx_GraphProto) -> Bool {
    let node = graph.node[index]
    guard node.input.count == 2, let rank = ranks[node.input[0]],
      let place = graph.initializer.firstIndex(where: { $0.name == node.input[1] }),
      graph.initializer[place].dims.count == 1
    else { return false }
    graph.node[index].drop(["consumed_inputs"])
    if rank <= 2 || graph.initializer[place].dims == [1] { return true }
    let users = graph.node.filter { $0.input.contains(node.input[1]) || $0.hasGraphs }
    guard users.count == 1 else { return false }
    graph.initializer[place].dims += [Int64](repeating: 1, count: rank - 2)
    for input in graph.input.indices where graph.input[input].name == node.input[1] {
      var dimension = Onnx_TensorShapeProto.Dimension()
      dimension.dimValue = 1
      graph.input[input].type.tensorType.shape.dim += [Onnx_TensorShapeProto.Dimension](
        repeating: dimension, count: rank - 2)
    }
    return true
  }
}

extension Onnx_NodeProto {
  /// An integer attribute.
  fileprivate func integer(_ name: String) -> Int? {
    attribute.first { $0.name == name && $0.type == .int }.map { Int($0.i) }
  }

  /// Whether the node has graphs inside, which may use any value around them.
  fileprivate var hasGraphs: Bool { attribute.contains { $0.hasG || !$0.graphs.isEmpty } }

  fileprivate mutating func drop(_ names: Set<String>) {
    attribute.removeAll { names.contains($0.name) }
  }
}
