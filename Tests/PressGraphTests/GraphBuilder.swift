import PressGraph
import PressTensor

/// Builds small models for tests, one call for each part.
struct GraphBuilder {
  var graph = Graph(name: "test")
  var weights: [Weight] = []
  var opset = 17

  mutating func input(_ name: String, _ dimensions: [Dimension], _ type: ElementType = .float32) {
    graph.inputs.append(ValueInfo(name: name, type: .tensor(type, dimensions)))
  }

  mutating func input(_ name: String, _ dimensions: [Int], _ type: ElementType = .float32) {
    input(name, dimensions.map(Dimension.known), type)
  }

  mutating func outputs(_ names: String...) {
    graph.outputs += names.map { ValueInfo(name: $0) }
  }

  /// A float tensor whose elements count up from 0, which makes exactly one of them zero.
  @discardableResult
  mutating func weight(
    _ name: String, _ dimensions: [Int], _ type: ElementType = .float32
  ) throws -> WeightID {
    let shape = try Shape(dimensions)
    var bytes: [UInt8] = []
    for index in 0..<shape.count {
      switch type.byteWidth {
      case 8: bytes.appendLittleEndian(UInt64(index))
      case 4: bytes.appendLittleEndian(Float(index).bitPattern)
      case 2: bytes.appendLittleEndian(UInt16(index))
      default: bytes.append(UInt8(truncatingIfNeeded: index))
      }
    }
    let id = WeightID(UInt32(weights.count + 1))
    weights.append(
      try Weight(id: id, name: name, elementType: type, shape: shape, dense: Storage(bytes)))
    return id
  }

  /// An initializer of float elements.
  @discardableResult
  mutating func constant(_ name: String, _ dimensions: [Int]) throws -> WeightID {
    let id = try weight(name, dimensions)
    graph.constants.append(ConstantBinding(name: name, weight: id))
    return id
  }

  /// An initializer of 64-bit integers; a vector unless `isScalar`.
  mutating func integers(_ name: String, _ elements: [Int], isScalar: Bool = false) throws {
    var bytes: [UInt8] = []
    for element in elements { bytes.appendLittleEndian(Int64(element)) }
    let id = WeightID(UInt32(weights.count + 1))
    weights.append(
      try Weight(
        id: id, name: name, elementType: .int64,
        shape: isScalar ? .scalar : Shape([elements.count]), dense: Storage(bytes)))
    graph.constants.append(ConstantBinding(name: name, weight: id))
  }

  /// An initializer of float32 elements that are given; a vector unless `isScalar`.
  mutating func floats(_ name: String, _ elements: [Float], isScalar: Bool = false) throws {
    var bytes: [UInt8] = []
    for element in elements { bytes.appendLittleEndian(element.bitPattern) }
    let id = WeightID(UInt32(weights.count + 1))
    weights.append(
      try Weight(
        id: id, name: name, elementType: .float32,
        shape: isScalar ? .scalar : Shape([elements.count]), dense: Storage(bytes)))
    graph.constants.append(ConstantBinding(name: name, weight: id))
  }

  mutating func node(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute] = [],
    name: String = ""
  ) {
    graph.nodes.append(
      Node(
        name: name, inputs: inputs, outputs: outputs,
        operation: Operation(OperationRecord(type: type, attributes: attributes), opset: opset)))
  }

  var model: Model {
    var metadata = ModelMetadata()
    metadata.opsets = [Opset(domain: "", version: opset)]
    return Model(graph: graph, weights: weights, metadata: metadata)
  }
}

extension GraphBuilder {
  /// `y = condition ? x + b : -x`, where both branches capture `x` and one captures `b`.
  static func branching() throws -> GraphBuilder {
    var builder = GraphBuilder()
    builder.input("condition", [Int](), .bool)
    builder.input("x", [2, 3])
    try builder.constant("b", [2, 3])
    builder.node("Relu", ["x"], ["h"], name: "relu")
    builder.node("Abs", ["b"], ["positive"], name: "abs")
    let adding = Graph(
      name: "then", outputs: [ValueInfo(name: "sum")],
      nodes: [Node(inputs: ["h", "positive"], outputs: ["sum"], operation: .binary(.add))])
    let negating = Graph(
      name: "else", outputs: [ValueInfo(name: "negated")],
      nodes: [Node(inputs: ["h"], outputs: ["negated"], operation: .unary(.neg))])
    builder.node(
      "If", ["condition"], ["y"],
      [Attribute("then_branch", .graph(adding)), Attribute("else_branch", .graph(negating))],
      name: "choice")
    builder.outputs("y")
    return builder
  }
}
