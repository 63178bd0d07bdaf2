import PressGraph
import PressONNXSchema
import SwiftProtobuf

/// Kept parts of a source, to be found by the names of values when the file is written again.
struct ONNXRemainsIndex {
  private var functions: [FunctionName: Onnx_FunctionProto] = [:]
  private var nodes: [String: Onnx_NodeProto] = [:]
  private var types: [String: Onnx_TypeProto] = [:]
  private var tensors: [String: Onnx_TensorProto] = [:]

  /// Reads what a model's metadata kept, starting with the main graph.
  init(_ bytes: [UInt8]?) throws(ONNXError) {
    let proto: Onnx_ModelProto
    do {
      proto = try Onnx_ModelProto(serializedBytes: bytes ?? [])
    } catch {
      throw .malformedExtension(ONNXRemains.key)
    }
    index(proto.graph.node, proto.graph.valueInfo)
    for tensor in proto.graph.initializer { tensors[tensor.name] = tensor }
    for function in proto.functions {
      let name = FunctionName(
        domain: function.domain, name: function.name, overload: function.overload)
      functions[name] = function
    }
  }

  private struct FunctionName: Hashable {
    let domain: String
    let name: String
    let overload: String
  }

  /// Goes on to a function.
  mutating func enter(_ function: Function) {
    let kept = functions[
      FunctionName(domain: function.domain, name: function.name, overload: function.overload)]
    tensors = [:]
    index(kept?.node ?? [], kept?.valueInfo ?? [])
  }

  private mutating func index(_ kept: [Onnx_NodeProto], _ values: [Onnx_ValueInfoProto]) {
    nodes = [:]
    types = [:]
    for node in kept {
      if let output = node.output.first { nodes[output] = node }
    }
    for value in values { types[value.name] = value.type }
  }

  /// Gives a node back its device configurations and the texts of its attributes.
  func restore(_ node: inout Onnx_NodeProto) {
    guard let output = node.output.first, let kept = nodes[output] else { return }
    node.deviceConfigurations = kept.deviceConfigurations
    for text in kept.attribute {
      guard let index = node.attribute.firstIndex(where: { $0.name == text.name }) else { continue }
      node.attribute[index].docString = text.docString
    }
  }

  /// Gives an initializer back its properties.
  func restore(_ tensor: inout Onnx_TensorProto) {
    guard let kept = tensors[tensor.name] else { return }
    tensor.metadataProps = kept.metadataProps
  }

  /// A value's type, with the source's denotations if it is still the source's type.
  func type(of name: String, _ type: ValueType) -> Onnx_TypeProto {
    guard let kept = types[name], let known = try? ValueType(kept), known == type else {
      return type.proto
    }
    return kept
  }
}
