import FoundationEssentials
import PressGraph
import PressONNXSchema
import PressTensor

extension ONNXExporter {
  /// An attribute with the weights and graphs inside it.
  mutating func attribute(
    _ attribute: Attribute, user: String, scope: ConstantScope
  ) throws -> Onnx_AttributeProto {
    var proto = Onnx_AttributeProto()
    proto.name = attribute.name
    proto.type =
      Onnx_AttributeProto.AttributeType(rawValue: Int(attribute.value.kind.rawValue))
      ?? .undefined
    switch attribute.value {
    case .float(let value): proto.f = value
    case .int(let value): proto.i = Int64(value)
    case .string(let value): proto.s = Data(value)
    case .floats(let values): proto.floats = values
    case .ints(let values): proto.ints = values.map(Int64.init)
    case .strings(let values): proto.strings = values.map { Data($0) }
    case .type(let type): proto.tp = type.proto
    case .types(let types): proto.typeProtos = types.map(\.proto)
    case .reference(let name, _): proto.refAttrName = name
    case .tensor(let id): proto.t = try tensor(id, user: user)
    case .graph(let inner): proto.g = try graph(inner, scope: scope)
    case .sparseTensor(let tensor): proto.sparseTensor = try sparseTensor(tensor, user: user)
    // A list in a message is copied whenever it is appended to: made here first.
    case .tensors(let ids):
      var list: [Onnx_TensorProto] = []
      for id in ids { list.append(try tensor(id, user: user)) }
      proto.tensors = list
    case .graphs(let graphs):
      var list: [Onnx_GraphProto] = []
      for inner in graphs { list.append(try graph(inner, scope: scope)) }
      proto.graphs = list
    case .sparseTensors(let tensors):
      var list: [Onnx_SparseTensorProto] = []
      for tensor in tensors { list.append(try sparseTensor(tensor, user: user)) }
      proto.sparseTensors = list
    }
    return proto
  }
}
