import PressGraph
import PressONNXSchema
import PressTensor

extension ONNXImporter {
  /// The nodes of a graph in order; the constants that they make enter the scope.
  mutating func nodes(
    _ protos: [Onnx_NodeProto], graph: String, scope: inout ConstantScope
  ) throws(ONNXError) -> [Node] {
    var nodes: [Node] = []
    nodes.reserveCapacity(protos.count)
    for (index, proto) in protos.enumerated() {
      let label = proto.name.isEmpty ? proto.output.first ?? "#\(index)" : proto.name
      guard !proto.opType.isEmpty else { throw .missingOperator(node: label, graph: graph) }
      for output in proto.output { scope[output] = nil }
      nodes.append(
        Node(
          name: proto.name, inputs: proto.input, outputs: proto.output,
          operation: try operation(proto, label: label, scope: &scope),
          documentation: proto.docString, properties: Self.properties(proto.metadataProps)))
      remains.keep(proto)
    }
    return nodes
  }

  private mutating func operation(
    _ proto: Onnx_NodeProto, label: String, scope: inout ConstantScope
  ) throws(ONNXError) -> Operation {
    let opset = try opsets.version(of: proto.opType, domain: proto.domain, node: label)
    if OpsetTable.normalized(proto.domain).isEmpty, proto.overload.isEmpty {
      switch proto.opType {
      case "Constant":
        if let id = try constant(proto) {
          scope[proto.output[0]] = id
          return .constant(id, .constant)
        }
      case "ConstantOfShape":
        if let id = try constantOfShape(proto, scope: scope) {
          return .constant(id, .constantOfShape)
        }
      case "Identity":
        if proto.input.count == 1, proto.output.count == 1 {
          scope[proto.output[0]] = scope[proto.input[0]]
        }
      default: break
      }
    }
    var attributes: [Attribute] = []
    attributes.reserveCapacity(proto.attribute.count)
    for attribute in proto.attribute {
      attributes.append(try self.attribute(attribute, node: label, scope: scope))
    }
    let record = OperationRecord(
      domain: proto.domain, type: proto.opType, overload: proto.overload, attributes: attributes)
    return Operation(record, opset: opset)
  }

  /// The weight of a Constant node; `nil` if it is none that can be one.
  private mutating func constant(_ proto: Onnx_NodeProto) throws(ONNXError) -> WeightID? {
    guard proto.attribute.count == 1, proto.input.isEmpty, proto.output.count == 1,
      let name = proto.output.first, !name.isEmpty
    else { return nil }
    let attribute = proto.attribute[0]
    guard attribute.refAttrName.isEmpty else { return nil }
    switch (attribute.name, attribute.type) {
    case ("value", .tensor):
      return attribute.hasT ? try weight(attribute.t, name: name) : nil
    case ("value_float", .float):
      return try weight(.float32, nil, [attribute.f.bitPattern].littleEndianBytes, name: name)
    case ("value_floats", .floats):
      return try weight(
        .float32, attribute.floats.count, attribute.floats.map(\.bitPattern).littleEndianBytes,
        name: name)
    case ("value_int", .int):
      return try weight(.int64, nil, [attribute.i].littleEndianBytes, name: name)
    case ("value_ints", .ints):
      return try weight(
        .int64, attribute.ints.count, attribute.ints.littleEndianBytes, name: name)
    case ("value_string", .string), ("value_strings", .strings):
      var tensor = Onnx_TensorProto()
      tensor.dataType = Int32(ElementType.string.rawValue)
      let isList = attribute.type == .strings
      tensor.dims = isList ? [Int64(attribute.strings.count)] : []
      tensor.stringData = isList ? attribute.strings : [attribute.s]
      return try weight(tensor, name: name)
    default: return nil
    }
  }

  /// The weight of a ConstantOfShape whose shape is constant; `nil` for any other.
  private mutating func constantOfShape(
    _ proto: Onnx_NodeProto, scope: ConstantScope
  ) throws(ONNXError) -> WeightID? {
    guard proto.input.count == 1, proto.output.count == 1, let name = proto.output.first,
      !name.isEmpty, let id = scope[proto.input[0]],
      let dimensions = Weight.dimensions(of: weights[Int(id.number) - 1])
    else { return nil }
    let shape = try TensorData.shape(dimensions, name: name)
    guard let value = proto.attribute.first else {
      return try weight(repeating: [0, 0, 0, 0], .float32, shape, name: name)
    }
    guard proto.attribute.count == 1, value.name == "value", value.type == .tensor, value.hasT
    else { return nil }
    let (type, single) = try TensorData.header(value.t, name: name)
    guard single.count == 1, type != .string else { return nil }
    var own = data
    let element = try own.storage(value.t, type: type, shape: single, name: name).copied()
    return try weight(repeating: element, type, shape, name: name)
  }
}

extension Weight {
  /// The elements of a short int64 vector, as a shape is given; `nil` for any other tensor.
  static func dimensions(of weight: Weight) -> [Int]? {
    guard weight.elementType == .int64, weight.shape.rank == 1, weight.shape.count <= 64,
      let bytes = try? weight.decoded(), bytes.byteCount == weight.shape.count * 8
    else { return nil }
    return bytes.withBytes { span in
      (0..<weight.shape.count).map { Int(span.loadLittleEndian(Int64.self, at: 8 * $0)) }
    }
  }
}
