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
    case .tensors(let ids):
      for id in ids { proto.tensors.append(try tensor(id, user: user)) }
    case .graph(let inner): proto.g = try graph(inner, scope: scope)
    case .graphs(let graphs):
      for inner in graphs { proto.graphs.append(try graph(inner, scope: scope)) }
    case .sparseTensor(let tensor): proto.sparseTensor = try sparseTensor(tensor, user: user)
    case .sparseTensors(let tensors):
      for tensor in tensors {
        proto.sparseTensors.append(try sparseTensor(tensor, user: user))
      }
    }
    return proto
  }
}
