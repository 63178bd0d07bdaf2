import PressGraph
import PressTensor
import PressTestSupport

/// Small models for tests of passes, one call for each part.
struct NetworkBuilder {
  private(set) var graph = Graph(name: "test")
  private(set) var weights: [Weight] = []
  private var generator = SeededGenerator(seed: 1)

  mutating func input(_ name: String, _ sizes: [Int]) {
    let dimensions = sizes.map { $0 < 0 ? Dimension.named("N") : .known($0) }
    graph.inputs.append(ValueInfo(name: name, type: .tensor(.float32, dimensions)))
  }

  mutating func output(_ name: String) { graph.outputs.append(ValueInfo(name: name)) }

  /// An initializer of random elements, or those that are given.
  @discardableResult
  mutating func constant(_ name: String, _ sizes: [Int], _ given: [Float]? = nil) throws -> WeightID
  {
    let shape = try Shape(sizes)
    let floats = given ?? (0..<shape.count).map { _ in Float.random(in: -1...1, using: &generator) }
    let id = WeightID(UInt32(weights.count + 1))
    weights.append(
      try Weight(
        id: id, name: name, elementType: .float32, shape: shape,
        dense: ElementType.float32.elements(of: floats)))
    graph.constants.append(ConstantBinding(name: name, weight: id))
    return id
  }

  /// An initializer of integers.
  mutating func integers(_ name: String, _ elements: [Int]) throws {
    var bytes: [UInt8] = []
    for element in elements { bytes.appendLittleEndian(Int64(element)) }
    let id = WeightID(UInt32(weights.count + 1))
    weights.append(
      try Weight(
        id: id, name: name, elementType: .int64, shape: Shape([elements.count]),
        dense: Storage(bytes)))
    graph.constants.append(ConstantBinding(name: name, weight: id))
  }

  /// A second name for a weight.
  mutating func tie(_ name: String, to id: WeightID) {
    graph.constants.append(ConstantBinding(name: name, weight: id))
  }

  mutating func node(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [Attribute] = []
  ) {
    graph.nodes.append(
      Node(
        name: "/\(output)", inputs: inputs, outputs: [output],
        operation: Operation(OperationRecord(type: type, attributes: attributes), opset: 13)))
  }

  /// A convolution of `kernel` x `kernel` with padding, and its weight `<output>.w` and bias.
  mutating func convolution(
    _ input: String, _ output: String, _ columns: Int, _ rows: Int, kernel: Int = 3, group: Int = 1,
    hasBias: Bool = true
  ) throws {
    try constant(output + ".w", [rows, columns / group, kernel, kernel])
    if hasBias { try constant(output + ".b", [rows]) }
    let pad = kernel / 2
    node(
      "Conv", [input, output + ".w"] + (hasBias ? [output + ".b"] : []), output,
      [
        Attribute("pads", .ints([pad, pad, pad, pad])), Attribute("group", .int(group)),
        Attribute("kernel_shape", .ints([kernel, kernel])),
      ])
  }

  /// A batch normalization of so many channels.
  mutating func normalization(_ input: String, _ output: String, _ channels: Int) throws {
    try constant(output + ".scale", [channels])
    try constant(output + ".bias", [channels])
    try constant(output + ".mean", [channels])
    try constant(
      output + ".var", [channels],
      (0..<channels).map { _ in Float.random(in: 0.5...1.5, using: &generator) })
    node(
      "BatchNormalization", [input] + ["scale", "bias", "mean", "var"].map { "\(output).\($0)" },
      output)
  }

  /// A linear layer with its weight `<output>.w`, (rows, columns), and bias.
  mutating func linear(_ input: String, _ output: String, _ columns: Int, _ rows: Int) throws {
    try constant(output + ".w", [rows, columns])
    try constant(output + ".b", [rows])
    node(
      "Gemm", [input, output + ".w", output + ".b"], output, [Attribute("transB", .int(1))])
  }

  var model: Model {
    var metadata = ModelMetadata()
    metadata.opsets = [Opset(domain: "", version: 13)]
    return Model(graph: graph, weights: weights, metadata: metadata)
  }
}

extension Model {
  /// The weight of a name.
  func named(_ name: String) throws -> Weight {
    guard let weight = weights.first(where: { $0.name == name }) else {
      throw GraphError.undefinedValue(name, user: "a test")
    }
    return weight
  }

  /// The sizes of the weight of a name.
  func sizes(_ name: String) throws -> [Int] { try named(name).shape.dimensions }
}
