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

  private var nodes: [Onnx_NodeProto] = []
  private var values: [Onnx_ValueInfoProto] = []
  private var tensors: [Onnx_TensorProto] = []
  private var graph: Onnx_GraphProto?
  private var function: Onnx_FunctionProto?
  private var functions: [Onnx_FunctionProto] = []

  /// Starts a function; what follows belongs to it.
  mutating func enter(_ function: Onnx_FunctionProto) {
    leave()
    var kept = Onnx_FunctionProto()
    kept.domain = function.domain
    kept.name = function.name
    kept.overload = function.overload
    self.function = kept
  }

  /// Ends the main graph or a function, which counts only if something of it remained.
  private mutating func leave() {
    if var function {
      function.node = nodes
      function.valueInfo = values
      if !(nodes.isEmpty && values.isEmpty) { functions.append(function) }
    } else {
      var graph = Onnx_GraphProto()
      graph.node = nodes
      graph.valueInfo = values
      graph.initializer = tensors
      if graph != Onnx_GraphProto() { self.graph = graph }
    }
    nodes = []
    values = []
    tensors = []
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
    nodes.append(kept)
  }

  /// Keeps a value's type if it has denotations.
  mutating func keep(_ value: Onnx_ValueInfoProto) {
    guard value.type.isDenoted else { return }
    var kept = Onnx_ValueInfoProto()
    kept.name = value.name
    kept.type = value.type
    values.append(kept)
  }

  /// Keeps the properties of an initializer.
  mutating func keep(_ tensor: Onnx_TensorProto) {
    guard !tensor.metadataProps.isEmpty else { return }
    var kept = Onnx_TensorProto()
    kept.name = tensor.name
    kept.metadataProps = tensor.metadataProps
    tensors.append(kept)
  }

  /// The bytes for the model's metadata; `nil` if nothing remained.
  mutating func serialized() throws(ONNXError) -> [UInt8]? {
    leave()
    guard graph != nil || !functions.isEmpty else { return nil }
    var proto = Onnx_ModelProto()
    if let graph { proto.graph = graph }
    proto.functions = functions
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
