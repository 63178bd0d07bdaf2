import PressGraph
import PressONNXSchema
import SwiftProtobuf

/// Parts of an ONNX file that a model has no place for: device configurations of nodes, texts on
/// attributes, denotations in types and free properties of tensors.
///
/// They are kept as a stripped ModelProto, tied to the names of values.
struct ONNXRemains {
  /// Where a model's metadata keeps them.
  static let key = "onnx.remains"

  private var proto = Onnx_ModelProto()
  private var isInFunction = false

  /// Starts a function; what follows belongs to it.
  mutating func enter(_ function: Onnx_FunctionProto) {
    isInFunction = true
    var kept = Onnx_FunctionProto()
    kept.domain = function.domain
    kept.name = function.name
    kept.overload = function.overload
    proto.functions.append(kept)
  }

  /// Keeps what a node has beyond a model's.
  mutating func keep(_ node: Onnx_NodeProto) {
    let documented = node.attribute.filter(\.hasDocString)
    guard !node.deviceConfigurations.isEmpty || !documented.isEmpty else { return }
    var kept = Onnx_NodeProto()
    kept.output = Array(node.output.prefix(1))
    kept.deviceConfigurations = node.deviceConfigurations
    kept.attribute = documented.map { attribute in
      var text = Onnx_AttributeProto()
      text.name = attribute.name
      text.docString = attribute.docString
      return text
    }
    if isInFunction {
      proto.functions[proto.functions.count - 1].node.append(kept)
    } else {
      proto.graph.node.append(kept)
    }
  }

  /// Keeps a value's type if it has denotations.
  mutating func keep(_ value: Onnx_ValueInfoProto) {
    guard value.type.isDenoted else { return }
    var kept = Onnx_ValueInfoProto()
    kept.name = value.name
    kept.type = value.type
    if isInFunction {
      proto.functions[proto.functions.count - 1].valueInfo.append(kept)
    } else {
      proto.graph.valueInfo.append(kept)
    }
  }

  /// Keeps the properties of an initializer.
  mutating func keep(_ tensor: Onnx_TensorProto) {
    guard !tensor.metadataProps.isEmpty, !isInFunction else { return }
    var kept = Onnx_TensorProto()
    kept.name = tensor.name
    kept.metadataProps = tensor.metadataProps
    proto.graph.initializer.append(kept)
  }

  /// The bytes for the model's metadata; `nil` if nothing remained.
  func serialized() throws(ONNXError) -> [UInt8]? {
    var proto = proto
    proto.functions.removeAll { $0.node.isEmpty && $0.valueInfo.isEmpty }
    guard proto != Onnx_ModelProto() else { return nil }
    do {
      return try proto.serializedBytes()
    } catch {
      throw .malformedMessage(reason: "\(error)")
    }
  }
}

extension Onnx_TypeProto {
  /// Whether the type or a dimension says what it means.
  fileprivate var isDenoted: Bool {
    if hasDenotation { return true }
    switch value {
    case .tensorType(let tensor): return tensor.shape.dim.contains(where: \.hasDenotation)
    case .sparseTensorType(let tensor): return tensor.shape.dim.contains(where: \.hasDenotation)
    case .sequenceType(let sequence): return sequence.elemType.isDenoted
    case .optionalType(let optional): return optional.elemType.isDenoted
    case .mapType(let map): return map.valueType.isDenoted
    case .opaqueType, nil: return false
    }
  }
}
