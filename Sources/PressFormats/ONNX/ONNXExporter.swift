import PressGraph
import PressONNXSchema
import PressTensor

/// Turns a model into a ModelProto whose `raw_data` fields are marks.
struct ONNXExporter {
  /// The data of each mark, with its length.
  private(set) var streams: [(weight: Weight, byteCount: Int)] = []
  /// What the source had beyond a model.
  var remains: ONNXRemainsIndex
  /// The version to write for each domain, and the one that the model has.
  var opsets: OpsetChange

  private let model: Model
  private let graph: Graph
  private let weights: [WeightID: Int]
  /// Values of nodes that are of the version to write already.
  let added: Set<String>

  /// Prepares a model that has a graph.
  ///
  /// - Parameter added: values whose nodes are of the version to write, not of the model's.
  init(_ model: Model, opset: Int?, added: Set<String> = []) throws(ONNXError) {
    guard let graph = model.graph else { throw .noGraph }
    if let opset, !ONNX.opsets.contains(opset) { throw .opset(opset) }
    self.model = model
    self.graph = graph
    self.added = added
    weights = Dictionary(
      model.weights.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    opsets = OpsetChange(model.metadata.opsets, to: opset)
    remains = try ONNXRemainsIndex(model.metadata.extensions[ONNXRemains.key])
  }

  /// The whole model but for the fragments.
  mutating func proto() throws -> Onnx_ModelProto {
    let metadata = model.metadata
    var proto = Onnx_ModelProto()
    proto.irVersion = Int64(opsets.irVersion(metadata.irVersion))
    proto.opsetImport = opsets.imports
    if !metadata.producerName.isEmpty { proto.producerName = metadata.producerName }
    if !metadata.producerVersion.isEmpty { proto.producerVersion = metadata.producerVersion }
    if !metadata.domain.isEmpty { proto.domain = metadata.domain }
    if metadata.modelVersion != 0 { proto.modelVersion = Int64(metadata.modelVersion) }
    if !metadata.documentation.isEmpty { proto.docString = metadata.documentation }
    proto.metadataProps = metadata.properties.map(\.proto)
    proto.graph = try self.graph(graph, scope: ConstantScope())
    var functions: [Onnx_FunctionProto] = []
    for function in model.functions { functions.append(try self.function(function)) }
    proto.functions = functions
    return proto
  }

  private mutating func function(_ function: Function) throws -> Onnx_FunctionProto {
    opsets = OpsetChange(function.opsets, to: opsets.target)
    remains.enter(function)
    var proto = Onnx_FunctionProto()
    proto.name = function.name
    proto.domain = function.domain
    if !function.overload.isEmpty { proto.overload = function.overload }
    proto.opsetImport = opsets.imports
    proto.input = function.body.inputs.map(\.name)
    proto.output = function.body.outputs.map(\.name)
    proto.attribute = function.attributes
    var scope = ConstantScope()
    for attribute in function.defaults {
      proto.attributeProto.append(
        try self.attribute(attribute, user: function.name, scope: scope))
    }
    let constants = function.body.constants.map { binding in
      Node(
        inputs: [], outputs: [binding.name], operation: .constant(binding.weight, .constant),
        documentation: binding.documentation)
    }
    proto.node = try nodes(constants + function.body.nodes, scope: &scope)
    if !function.body.documentation.isEmpty { proto.docString = function.body.documentation }
    proto.valueInfo = function.body.values.map { value($0) }
    proto.metadataProps = function.body.properties.map(\.proto)
    return proto
  }

  /// Whether the file's format is one where every initializer is an input as well.
  var isListingConstants: Bool { opsets.irVersion(model.metadata.irVersion) < 4 }

  /// The weight with an id.
  func weight(_ id: WeightID, user: String) throws(ONNXError) -> Weight {
    guard let index = weights[id] else { throw .missingWeight(id, user: user) }
    return model.weights[index]
  }

  /// A weight as a TensorProto: strings as they are, all else as a mark.
  mutating func tensor(
    _ id: WeightID, name: String = "", user: String
  ) throws -> Onnx_TensorProto {
    let weight = try weight(id, user: user)
    var proto = Onnx_TensorProto()
    proto.dims = weight.shape.dimensions.map(Int64.init)
    proto.dataType = Int32(weight.elementType.rawValue)
    if !name.isEmpty { proto.name = name }
    guard let count = try weight.elementType.byteCount(weight.shape.count) else {
      proto.stringData = try weight.decoded().strings(weight.shape.count, tensor: weight.name)
      return proto
    }
    if count > 0 {
      var mark: [UInt8] = []
      mark.appendLittleEndian(UInt32(streams.count))
      proto.rawData = mark.forProtobuf
      streams.append((weight, count))
    }
    return proto
  }
}

extension Storage {
  /// Strings, each behind its length in four bytes.
  fileprivate func strings(_ count: Int, tensor: String) throws(ONNXError) -> [ProtobufBytes] {
    try withBytes { (span) throws(ONNXError) in
      var strings: [ProtobufBytes] = []
      var position = 0
      while position <= span.byteCount - 4 {
        let length = Int(span.loadLittleEndian(UInt32.self, at: position))
        position += 4
        guard length <= span.byteCount - position else { break }
        let bytes = [UInt8](copying: span.extracting(position..<(position + length)))
        strings.append(bytes.forProtobuf)
        position += length
      }
      guard strings.count == count, position == span.byteCount else {
        throw .elementCount(
          field: TensorField.strings.rawValue, expected: count, found: strings.count,
          tensor: tensor)
      }
      return strings
    }
  }
}

extension Property {
  /// The pair as a protobuf message.
  var proto: Onnx_StringStringEntryProto {
    var proto = Onnx_StringStringEntryProto()
    proto.key = key
    proto.value = value
    return proto
  }
}
