import PressEngine
import PressGraph
import PressTensor

/// Builds small models to run, one call for each part.
struct ModelBuilder {
  var graph = Graph(name: "test")
  var weights: [Weight] = []

  var model: Model {
    Model(
      graph: graph, weights: weights,
      metadata: ModelMetadata(opsets: [Opset(domain: "", version: 17)]))
  }

  mutating func input(
    _ name: String, _ dimensions: [Dimension]?, _ type: ElementType = .float32
  ) {
    graph.inputs.append(ValueInfo(name: name, type: .tensor(type, dimensions)))
  }

  mutating func outputs(_ names: String...) {
    graph.outputs += names.map { ValueInfo(name: $0) }
  }

  /// An initializer of floats; without its zeros where `isSparse`.
  mutating func constant(
    _ name: String, _ dimensions: [Int], _ elements: [Float], isSparse: Bool = false
  ) throws {
    let id = WeightID(UInt32(weights.count + 1))
    let kept = isSparse ? elements.filter { $0 != 0 } : elements
    var mask = [UInt8](repeating: 0, count: (elements.count + 7) / 8)
    for (index, element) in elements.enumerated() where element != 0 {
      mask[index / 8] |= 1 << UInt8(index % 8)
    }
    let values = try Tensor(kept, shape: Shape(vectorOf: kept.count)).storage
    let contents = WeightContents(mask: isSparse ? Storage(mask) : nil, values: values)
    add(
      Weight(
        id: id, name: name, elementType: .float32, shape: try Shape(dimensions),
        support: isSparse ? .unstructured : .dense, source: LoadedWeight(contents)))
  }

  /// An initializer of 64-bit integers.
  mutating func integers(_ name: String, _ elements: [Int]) throws {
    var bytes: [UInt8] = []
    for element in elements { bytes.appendLittleEndian(Int64(element)) }
    add(
      try Weight(
        id: WeightID(UInt32(weights.count + 1)), name: name, elementType: .int64,
        shape: Shape(vectorOf: elements.count), dense: Storage(bytes)))
  }

  mutating func add(_ weight: Weight) {
    weights.append(weight)
    graph.constants.append(ConstantBinding(name: weight.name, weight: weight.id))
  }

  mutating func node(
    _ type: String, _ inputs: [String], _ outputs: [String], name: String = "",
    _ attributes: [Attribute] = []
  ) {
    graph.nodes.append(
      Node(
        name: name, inputs: inputs, outputs: outputs,
        operation: Operation(OperationRecord(type: type, attributes: attributes), opset: 17)))
  }
}

/// A float tensor.
func tensor(_ elements: [Float], _ dimensions: [Int]) throws -> Tensor {
  try Tensor(elements, shape: Shape(dimensions))
}

/// A network of every kind of layer; `isSparse` stores its weights without their zeros.
func smallNetwork(isSparse: Bool) throws -> ModelBuilder {
  var builder = ModelBuilder()
  builder.input("x", [.named("N"), .known(2), .known(6), .known(6)])
  let kernel = (0..<54).map { (index: Int) -> Float in
    index % 3 == 0 ? 0 : Float(index % 7 - 3) / 4
  }
  try builder.constant("conv.weight", [3, 2, 3, 3], kernel, isSparse: isSparse)
  try builder.constant("conv.bias", [3], [0.5, -0.25, 0])
  let matrix = (0..<540).map { (index: Int) -> Float in
    index % 4 == 1 ? Float(index % 11 - 5) / 8 : 0
  }
  try builder.constant("fc.weight", [20, 27], matrix, isSparse: isSparse)
  try builder.constant("fc.bias", [20], (0..<20).map { Float($0) / 10 })
  builder.node(
    "Conv", ["x", "conv.weight", "conv.bias"], ["c"], [Attribute("pads", .ints([1, 1, 1, 1]))])
  builder.node("Relu", ["c"], ["r"])
  builder.node(
    "MaxPool", ["r"], ["p"],
    [Attribute("kernel_shape", .ints([2, 2])), Attribute("strides", .ints([2, 2]))])
  builder.node("Flatten", ["p"], ["f"])
  builder.node("Gemm", ["f", "fc.weight", "fc.bias"], ["g"], [Attribute("transB", .int(1))])
  builder.node("Softmax", ["g"], ["y"])
  builder.outputs("y")
  return builder
}

/// Inputs of the small network.
func smallInputs(_ count: Int) throws -> [String: Tensor] {
  let elements = (0..<(count * 72)).map { (index: Int) -> Float in Float(index * 37 % 19 - 9) / 10 }
  return ["x": try tensor(elements, [count, 2, 6, 6])]
}
