import PressGraph
import PressKernels
import PressTensor

/// Puts QuantizeLinear and DequantizeLinear behind values of a graph, so that who takes them takes
/// what integers stand for.
struct QuantizedGraph {
  /// The integers that a value becomes.
  struct Integers {
    /// int8 or uint8.
    let type: ElementType
    /// The distance of neighbouring numbers.
    let scale: Float
    /// The integer that stands for 0.
    let zero: Int
  }

  private var model: Model
  private var names: Set<String>
  private var nextID: UInt32
  private var constants: [ConstantBinding] = []

  /// A graph whose values are quantized; outputs of the graph stay what they are.
  static func quantizing(
    _ values: [String: Integers], of model: Model, _ graph: Graph
  ) throws -> Model {
    var result = QuantizedGraph(model, graph)
    return try result.quantized(values, graph)
  }

  private init(_ model: Model, _ graph: Graph) {
    self.model = model
    names = graph.definedValues.union(graph.nodes.map(\.name))
    for nested in graph.nestedGraphs { names.formUnion(nested.definedValues) }
    nextID = model.unusedWeightID().number
  }

  private mutating func quantized(
    _ values: [String: Integers], _ graph: Graph
  ) throws -> Model {
    var graph = graph
    let producers = graph.producers
    let made = values.keys.filter { producers[$0] != nil }
    var replacements: [String: String] = [:]
    var pairs: [String: [Node]] = [:]
    for value in values.keys.sorted() {
      guard let integers = values[value] else { continue }
      let pair = try self.pair(value, integers)
      pairs[value] = pair
      replacements[value] = pair[1].outputs[0]
    }
    let first = pairs.keys.filter { !made.contains($0) }.sorted().flatMap { pairs[$0] ?? [] }
    graph.nodes =
      first
      + graph.nodes.flatMap { node in
        var node = node
        for index in node.inputs.indices {
          node.inputs[index] = replacements[node.inputs[index]] ?? node.inputs[index]
        }
        return [node] + node.outputs.flatMap { pairs[$0] ?? [] }
      }
    graph.constants += constants
    model.graph = graph
    try model.validate()
    return model
  }

  private mutating func pair(_ value: String, _ integers: Integers) throws -> [Node] {
    let scale = try add(
      "\(value)_scale", .float32, ElementType.float32.elements(of: [integers.scale]))
    let byte = UInt8(truncatingIfNeeded: integers.zero)
    let zero = try add("\(value)_zero_point", integers.type, Storage([byte]))
    let (inner, outer) = (name("\(value)_quantized"), name("\(value)_dequantized"))
    let opset = model.opset()
    return [
      Node(
        name: name("\(value)_quantize"), inputs: [value, scale, zero], outputs: [inner],
        operation: .quantize(QuantizeLinear(opset: opset))),
      Node(
        name: name("\(value)_dequantize"), inputs: [inner, scale, zero], outputs: [outer],
        operation: .dequantize(DequantizeLinear(opset: opset))),
    ]
  }

  /// A name that nothing has yet.
  private mutating func name(_ wish: String) -> String {
    var (name, number) = (wish, 2)
    while !names.insert(name).inserted {
      name = "\(wish)_\(number)"
      number += 1
    }
    return name
  }

  private mutating func add(_ wish: String, _ type: ElementType, _ bytes: Storage) throws -> String
  {
    let name = name(wish)
    let id = WeightID(nextID)
    nextID += 1
    model.weights.append(
      try Weight(id: id, name: name, elementType: type, shape: Shape([]), dense: bytes))
    constants.append(ConstantBinding(name: name, weight: id))
    return name
  }
}
