import PressGraph
import PressONNXSchema
import PressTensor

/// Turns a parsed ModelProto into a model.
struct ONNXImporter {
  /// Where tensors get their bytes.
  var data: TensorData
  /// The weights so far; a weight's id is its place, counted from 1.
  var weights: [Weight] = []
  /// The operator sets of the model or of the function being read.
  var opsets = OpsetTable()
  /// Whether initializers among the inputs are defaults that a caller may override.
  var inputsOverride = true
  /// What has no place in a model but is kept for writing the file again.
  var remains = ONNXRemains()

  /// Starts with no weights.
  init(data: TensorData) {
    self.data = data
  }

  /// The whole model, without fragments and history.
  mutating func model(_ proto: Onnx_ModelProto) throws(ONNXError) -> Model {
    guard proto.hasGraph else { throw .missingGraph }
    guard (1...ONNX.newestIRVersion).contains(Int(proto.irVersion)) else {
      throw .irVersion(Int(proto.irVersion))
    }
    inputsOverride = proto.irVersion >= 4
    opsets = try OpsetTable(proto.opsetImport)
    let graph = try graph(proto.graph, scope: ConstantScope())
    let functions = try functions(proto.functions)
    var metadata = ModelMetadata(
      irVersion: Int(proto.irVersion), opsets: Self.opsets(proto.opsetImport),
      producerName: proto.producerName, producerVersion: proto.producerVersion,
      domain: proto.domain, modelVersion: Int(proto.modelVersion),
      documentation: proto.docString, properties: Self.properties(proto.metadataProps))
    if let bytes = try remains.serialized() { metadata.extensions[ONNXRemains.key] = bytes }
    return Model(graph: graph, weights: weights, functions: functions, metadata: metadata)
  }

  private mutating func functions(
    _ protos: [Onnx_FunctionProto]
  ) throws(ONNXError) -> [Function] {
    var functions: [Function] = []
    for proto in protos { functions.append(try function(proto)) }
    return functions
  }

  private mutating func function(_ proto: Onnx_FunctionProto) throws(ONNXError) -> Function {
    opsets = try OpsetTable(proto.opsetImport)
    remains.enter(proto)
    var scope = ConstantScope()
    var defaults: [Attribute] = []
    for attribute in proto.attributeProto {
      defaults.append(try self.attribute(attribute, node: proto.name, scope: scope))
    }
    let nodes = try nodes(proto.node, graph: proto.name, scope: &scope)
    let body = Graph(
      inputs: proto.input.map { ValueInfo(name: $0) },
      outputs: proto.output.map { ValueInfo(name: $0) }, values: try values(proto.valueInfo),
      nodes: nodes, documentation: proto.docString,
      properties: Self.properties(proto.metadataProps))
    return Function(
      domain: proto.domain, name: proto.name, overload: proto.overload,
      attributes: proto.attribute, defaults: defaults, opsets: Self.opsets(proto.opsetImport),
      body: body)
  }

  private static func opsets(_ protos: [Onnx_OperatorSetIdProto]) -> [Opset] {
    protos.map { Opset(domain: $0.domain, version: Int($0.version)) }
  }

  /// Keys with values, as they are.
  static func properties(_ protos: [Onnx_StringStringEntryProto]) -> [Property] {
    protos.map { Property(key: $0.key, value: $0.value) }
  }
}
