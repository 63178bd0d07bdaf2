import PressGraph
import PressONNXSchema
import PressTensor

extension ONNXImporter {
  /// A graph, which sees the constants of those around it.
  mutating func graph(
    _ proto: Onnx_GraphProto, scope outer: ConstantScope
  ) throws(ONNXError) -> Graph {
    var scope = ConstantScope(inside: outer)
    let constants = try constants(proto, scope: &scope)
    let sparse = try sparseConstants(proto, taken: Set(constants.map(\.name)))
    return Graph(
      name: proto.name, inputs: try values(proto.input), outputs: try values(proto.output),
      values: try values(proto.valueInfo), constants: constants, sparseConstants: sparse,
      nodes: try nodes(proto.node, graph: proto.name, scope: &scope),
      documentation: proto.docString, properties: Self.properties(proto.metadataProps),
      annotations: proto.quantizationAnnotation.map {
        Annotation(
          name: $0.tensorName, properties: Self.properties($0.quantParameterTensorNames))
      })
  }

  private mutating func constants(
    _ proto: Onnx_GraphProto, scope: inout ConstantScope
  ) throws(ONNXError) -> [ConstantBinding] {
    let inputs = Set(proto.input.map(\.name))
    for name in inputs { scope[name] = nil }
    var names: Set<String> = []
    var bindings: [ConstantBinding] = []
    for (index, tensor) in proto.initializer.enumerated() {
      guard !tensor.name.isEmpty else { throw .missingName(index: index, graph: proto.name) }
      guard names.insert(tensor.name).inserted else {
        throw .duplicateConstant(tensor.name, graph: proto.name)
      }
      let id = try weight(tensor, name: tensor.name)
      if !(inputsOverride && inputs.contains(tensor.name)) { scope[tensor.name] = id }
      remains.keep(tensor)
      bindings.append(
        ConstantBinding(name: tensor.name, weight: id, documentation: tensor.docString))
    }
    return bindings
  }

  private mutating func sparseConstants(
    _ proto: Onnx_GraphProto, taken: Set<String>
  ) throws(ONNXError) -> [SparseTensor] {
    var names = taken
    var tensors: [SparseTensor] = []
    for (index, tensor) in proto.sparseInitializer.enumerated() {
      let name = tensor.values.name
      guard !name.isEmpty else { throw .missingName(index: index, graph: proto.name) }
      guard names.insert(name).inserted else {
        throw .duplicateConstant(name, graph: proto.name)
      }
      tensors.append(try sparseTensor(tensor, name: name))
    }
    return tensors
  }

  /// A sparse tensor, whose parts become weights.
  mutating func sparseTensor(
    _ proto: Onnx_SparseTensorProto, name: String
  ) throws(ONNXError) -> SparseTensor {
    guard proto.hasValues else { throw .sparsePart("values", tensor: name) }
    guard proto.hasIndices else { throw .sparsePart("indices", tensor: name) }
    let shape = try TensorData.shape(proto.dims.map(Int.init), name: name)
    return SparseTensor(
      name: proto.values.name, values: try weight(proto.values, name: name),
      indices: try weight(proto.indices, name: "\(name).indices"), dimensions: shape.dimensions)
  }

  /// Declared values.
  mutating func values(_ protos: [Onnx_ValueInfoProto]) throws(ONNXError) -> [ValueInfo] {
    var values: [ValueInfo] = []
    values.reserveCapacity(protos.count)
    for proto in protos {
      remains.keep(proto)
      values.append(
        ValueInfo(
          name: proto.name, type: proto.hasType ? try ValueType(proto.type) : nil,
          documentation: proto.docString, properties: Self.properties(proto.metadataProps)))
    }
    return values
  }
}
