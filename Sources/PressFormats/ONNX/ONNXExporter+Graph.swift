import PressGraph
import PressONNXSchema
import PressTensor

extension ONNXExporter {
  /// A graph, which sees the constants of those around it.
  mutating func graph(_ graph: Graph, scope outer: ConstantScope) throws -> Onnx_GraphProto {
    var scope = ConstantScope(inside: outer)
    var proto = Onnx_GraphProto()
    if !graph.name.isEmpty { proto.name = graph.name }
    for input in graph.inputs { scope[input.name] = nil }
    for binding in graph.constants {
      scope[binding.name] = binding.weight
      var tensor = try tensor(binding.weight, name: binding.name, user: binding.name)
      if !binding.documentation.isEmpty { tensor.docString = binding.documentation }
      remains.restore(&tensor)
      proto.initializer.append(tensor)
    }
    for tensor in graph.sparseConstants {
      proto.sparseInitializer.append(try sparseTensor(tensor, user: tensor.name))
    }
    proto.node = try nodes(graph.nodes, scope: &scope)
    if !graph.documentation.isEmpty { proto.docString = graph.documentation }
    proto.input = (graph.inputs + (try unlistedInputs(of: graph))).map { value($0) }
    proto.output = graph.outputs.map { value($0) }
    proto.valueInfo = graph.values.map { value($0) }
    proto.quantizationAnnotation = graph.annotations.map { annotation in
      var proto = Onnx_TensorAnnotation()
      proto.tensorName = annotation.name
      proto.quantParameterTensorNames = annotation.properties.map(\.proto)
      return proto
    }
    proto.metadataProps = graph.properties.map(\.proto)
    return proto
  }

  /// Initializers that a file of the old format has to list as inputs, as its others are.
  private func unlistedInputs(of graph: Graph) throws(ONNXError) -> [ValueInfo] {
    guard isListingConstants else { return [] }
    let listed = Set(graph.inputs.map(\.name))
    guard graph.constants.contains(where: { listed.contains($0.name) }) else { return [] }
    var inputs: [ValueInfo] = []
    for binding in graph.constants where !listed.contains(binding.name) {
      let weight = try weight(binding.weight, user: binding.name)
      let dimensions = weight.shape.dimensions.map(Dimension.known)
      inputs.append(
        ValueInfo(name: binding.name, type: .tensor(weight.elementType, dimensions)))
    }
    return inputs
  }

  /// A declared value.
  func value(_ value: ValueInfo) -> Onnx_ValueInfoProto {
    var proto = Onnx_ValueInfoProto()
    proto.name = value.name
    if let type = value.type { proto.type = remains.type(of: value.name, type) }
    if !value.documentation.isEmpty { proto.docString = value.documentation }
    proto.metadataProps = value.properties.map(\.proto)
    return proto
  }

  /// A sparse tensor.
  mutating func sparseTensor(
    _ tensor: SparseTensor, user: String
  ) throws -> Onnx_SparseTensorProto {
    var proto = Onnx_SparseTensorProto()
    proto.values = try self.tensor(tensor.values, name: tensor.name, user: user)
    proto.indices = try self.tensor(tensor.indices, user: user)
    proto.dims = tensor.dimensions.map(Int64.init)
    return proto
  }

  /// Nodes in order; the constants that they make enter the scope.
  mutating func nodes(
    _ nodes: [Node], scope: inout ConstantScope
  ) throws -> [Onnx_NodeProto] {
    var protos: [Onnx_NodeProto] = []
    protos.reserveCapacity(nodes.count)
    for node in nodes {
      var proto = Onnx_NodeProto()
      proto.input = node.inputs
      proto.output = node.outputs
      if !node.name.isEmpty { proto.name = node.name }
      if !node.documentation.isEmpty { proto.docString = node.documentation }
      proto.metadataProps = node.properties.map(\.proto)
      if case .constant(let id, let form) = node.operation {
        try fill(&proto, with: id, form, of: node, scope: scope)
      } else if let record = node.operation.record(opset: opsets.version(of: "")) {
        try fill(&proto, with: record, of: node, scope: scope)
      }
      note(node, in: &scope)
      remains.restore(&proto)
      protos.append(proto)
    }
    return protos
  }

  private func note(_ node: Node, in scope: inout ConstantScope) {
    for output in node.outputs { scope[output] = nil }
    guard let output = node.outputs.first else { return }
    switch node.operation {
    case .constant(let id, .constant): scope[output] = id
    case .constant: break
    default:
      let record = node.operation.record(opset: opsets.version(of: ""))
      if let record, record.type == "Identity", node.inputs.count == 1 {
        scope[output] = scope[node.inputs[0]]
      }
    }
  }

  private mutating func fill(
    _ proto: inout Onnx_NodeProto, with id: WeightID, _ form: ConstantForm, of node: Node,
    scope: ConstantScope
  ) throws {
    let weight = try weight(id, user: node.label)
    var tensor: Onnx_TensorProto
    if form == .constantOfShape, let entry = try element(of: weight, node: node, scope: scope) {
      proto.opType = "ConstantOfShape"
      tensor = Onnx_TensorProto()
      tensor.dims = [1]
      tensor.dataType = Int32(weight.elementType.rawValue)
      tensor.set(entry, type: weight.elementType)
    } else {
      proto.opType = "Constant"
      proto.input = []
      tensor = try self.tensor(id, user: node.label)
    }
    // A Constant node that holds a tensor of one of the first 15 types means the same since ever.
    if proto.opType != "Constant" || weight.elementType.rawValue > 15 {
      try opsets.check(OperationRecord(type: proto.opType), node: node.label)
    }
    var attribute = Onnx_AttributeProto()
    attribute.name = "value"
    attribute.type = .tensor
    attribute.t = tensor
    proto.attribute = [attribute]
  }

  /// The one element of a weight that a ConstantOfShape still makes; `nil` if it no longer does.
  private func element(
    of weight: Weight, node: Node, scope: ConstantScope
  ) throws -> [UInt8]? {
    guard case .codebook(bits: 0) = weight.values, weight.support == .dense,
      weight.parts.count == 1,
      let input = node.inputs.first, let id = scope[input],
      let dimensions = Weight.dimensions(of: try self.weight(id, user: node.label)),
      dimensions == weight.shape.dimensions
    else { return nil }
    return try weight.contents().codebook?.copied()
  }

  private mutating func fill(
    _ proto: inout Onnx_NodeProto, with record: OperationRecord, of node: Node,
    scope: ConstantScope
  ) throws {
    if !added.contains(node.outputs.first ?? "") { try opsets.check(record, node: node.label) }
    proto.opType = record.type
    if !record.domain.isEmpty { proto.domain = record.domain }
    if !record.overload.isEmpty { proto.overload = record.overload }
    for attribute in record.attributes {
      proto.attribute.append(try self.attribute(attribute, user: node.label, scope: scope))
    }
  }
}

extension Onnx_TensorProto {
  /// Sets a single element in a typed field, so that its bytes are not taken for a mark.
  fileprivate mutating func set(_ element: [UInt8], type: ElementType) {
    let span = element.rawSpan
    switch (type, element.count) {
    case (.float32, 4):
      floatData = [Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 0))]
    case (.uint32, 4):
      uint64Data = [UInt64(span.loadLittleEndian(UInt32.self, at: 0))]
    case (.complex64, 8):
      floatData = [0, 4].map { Float(bitPattern: span.loadLittleEndian(UInt32.self, at: $0)) }
    case (.float64, 8), (.complex128, 16):
      doubleData = stride(from: 0, to: element.count, by: 8).map {
        Double(bitPattern: span.loadLittleEndian(UInt64.self, at: $0))
      }
    case (.int64, 8): int64Data = [span.loadLittleEndian(Int64.self, at: 0)]
    case (.uint64, 8): uint64Data = [span.loadLittleEndian(UInt64.self, at: 0)]
    case (.int32, 4): int32Data = [span.loadLittleEndian(Int32.self, at: 0)]
    case (.int16, 2): int32Data = [Int32(span.loadLittleEndian(Int16.self, at: 0))]
    case (.int8, 1): int32Data = [Int32(span.loadLittleEndian(Int8.self, at: 0))]
    case (_, 2): int32Data = [Int32(span.loadLittleEndian(UInt16.self, at: 0))]
    default: int32Data = element.first.map { [Int32($0)] } ?? []
    }
  }
}
