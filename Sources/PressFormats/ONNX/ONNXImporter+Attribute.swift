import PressGraph
import PressONNXSchema
import PressTensor

extension ONNXImporter {
  /// An attribute of a node, with the weights and graphs inside it.
  mutating func attribute(
    _ proto: Onnx_AttributeProto, node: String, scope: ConstantScope
  ) throws(ONNXError) -> Attribute {
    guard !proto.name.isEmpty else { throw .missingAttributeName(node: node) }
    guard proto.hasType,
      let kind = UInt8(exactly: proto.type.rawValue)
        .flatMap(AttributeKind.init(rawValue:))
    else { throw .attributeKind(attribute: proto.name, node: node) }
    guard proto.refAttrName.isEmpty else {
      return Attribute(proto.name, .reference(proto.refAttrName, kind))
    }
    let name = "\(node).\(proto.name)"
    if let value = try singleValue(proto, kind, name: name, scope: scope) {
      return Attribute(proto.name, value)
    }
    guard let value = try listValue(proto, kind, name: name, scope: scope) else {
      throw .attributeValue(attribute: proto.name, node: node, kind: kind)
    }
    return Attribute(proto.name, value)
  }

  private mutating func singleValue(
    _ proto: Onnx_AttributeProto, _ kind: AttributeKind, name: String, scope: ConstantScope
  ) throws(ONNXError) -> AttributeValue? {
    switch kind {
    case .float: return proto.hasF ? .float(proto.f) : nil
    case .int: return proto.hasI ? .int(Int(proto.i)) : nil
    case .string: return proto.hasS ? .string([UInt8](proto.s)) : nil
    case .tensor: return proto.hasT ? .tensor(try weight(proto.t, name: name)) : nil
    case .graph: return proto.hasG ? .graph(try graph(proto.g, scope: scope)) : nil
    case .sparseTensor:
      return proto.hasSparseTensor
        ? .sparseTensor(try sparseTensor(proto.sparseTensor, name: name)) : nil
    case .type: return proto.hasTp ? try type(proto.tp) : nil
    default: return nil
    }
  }

  private func type(_ proto: Onnx_TypeProto) throws(ONNXError) -> AttributeValue? {
    guard let type = try ValueType(proto) else { return nil }
    return .type(type)
  }

  private mutating func listValue(
    _ proto: Onnx_AttributeProto, _ kind: AttributeKind, name: String, scope: ConstantScope
  ) throws(ONNXError) -> AttributeValue? {
    switch kind {
    case .floats: return .floats(proto.floats)
    case .ints: return .ints(proto.ints.map(Int.init))
    case .strings: return .strings(proto.strings.map([UInt8].init))
    case .tensors:
      var ids: [WeightID] = []
      for (index, tensor) in proto.tensors.enumerated() {
        ids.append(try weight(tensor, name: "\(name).\(index)"))
      }
      return .tensors(ids)
    case .graphs:
      var graphs: [Graph] = []
      for graph in proto.graphs { graphs.append(try self.graph(graph, scope: scope)) }
      return .graphs(graphs)
    case .sparseTensors:
      var tensors: [SparseTensor] = []
      for (index, tensor) in proto.sparseTensors.enumerated() {
        tensors.append(try sparseTensor(tensor, name: "\(name).\(index)"))
      }
      return .sparseTensors(tensors)
    case .types:
      var types: [ValueType] = []
      for type in proto.typeProtos {
        guard let type = try ValueType(type) else { return nil }
        types.append(type)
      }
      return .types(types)
    default: return nil
    }
  }
}
