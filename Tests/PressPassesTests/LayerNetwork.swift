import PressEngine
import PressGraph
import PressTensor
import PressTestSupport

@testable import PressPasses

/// A network of a few layers, to be rewritten and run before and after.
struct LayerNetwork {
  var graph = Graph(name: "test")
  var weights: [Weight] = []
  var opset = 17

  var model: Model {
    Model(
      graph: graph, weights: weights,
      metadata: ModelMetadata(opsets: [Opset(domain: "", version: opset)]))
  }

  mutating func input(_ name: String, _ dimensions: [Int]) {
    let axes = dimensions.map { $0 == 0 ? Dimension.named("N") : .known($0) }
    graph.inputs.append(ValueInfo(name: name, type: .tensor(.float32, axes)))
  }

  mutating func outputs(_ names: String...) {
    graph.outputs += names.map { ValueInfo(name: $0) }
  }

  /// An initializer of floats.
  mutating func constant(
    _ name: String, _ dimensions: [Int], _ elements: [Float], _ type: ElementType = .float32
  ) throws {
    add(
      try Weight(
        id: WeightID(UInt32(weights.count + 1)), name: name, elementType: type,
        shape: Shape(dimensions), dense: type.elements(of: elements)))
  }

  /// An initializer of random floats.
  mutating func random(_ name: String, _ dimensions: [Int], seed: UInt64) throws {
    try constant(name, dimensions, LayerNetwork.random(dimensions.reduce(1, *), seed: seed))
  }

  mutating func add(_ weight: Weight) {
    weights.append(weight)
    graph.constants.append(ConstantBinding(name: weight.name, weight: weight.id))
  }

  mutating func node(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [Attribute] = []
  ) {
    graph.nodes.append(
      Node(
        name: "/\(output)", inputs: inputs, outputs: [output],
        operation: Operation(OperationRecord(type: type, attributes: attributes), opset: opset)))
  }

  static func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  /// The (rows, columns) product of (rows, rank) and (rank, columns), row-major.
  static func product(_ left: [Float], _ right: [Float], rank: Int) -> [Float] {
    let columns = right.count / rank
    return (0..<(left.count / rank * columns)).map { place in
      (0..<rank).reduce(0) {
        $0 + left[place / columns * rank + $1] * right[$1 * columns + place % columns]
      }
    }
  }
}

extension Model {
  /// The outputs for random inputs; those of examples are 3 where the graph leaves them open.
  func run(seed: UInt64 = 9) throws -> [String: [Float]] {
    var engine = Engine(try Plan(self))
    var inputs: [String: Tensor] = [:]
    for input in graph?.requiredInputs ?? [] {
      guard case .tensor(_, let axes?)? = input.type else { continue }
      let sizes = axes.map { axis in
        if case .known(let size) = axis { size } else { 3 }
      }
      let elements = LayerNetwork.random(sizes.reduce(1, *), seed: seed)
      inputs[input.name] = try Tensor(elements, shape: Shape(sizes))
    }
    return try engine.run(inputs).mapValues { try $0.floats() }
  }

  /// The largest difference of two models' outputs, as a share of the largest output.
  func distance(from other: Model) throws -> Float {
    let (own, others) = (try run(), try other.run())
    var worst: Float = own.keys == others.keys ? 0 : .infinity
    for (name, values) in own {
      let expected = others[name] ?? []
      guard values.count == expected.count, values.allSatisfy(\.isFinite) else { return .infinity }
      let size = expected.map(\.magnitude).max() ?? 0
      for (a, b) in zip(values, expected) {
        worst = max(worst, (a - b).magnitude / max(size, 1e-9))
      }
    }
    return worst
  }

  /// A weight's elements, by name.
  func floats(_ name: String) throws -> [Float] {
    try weights.first { $0.name == name }?.floats() ?? []
  }

  /// The types of the nodes, in order.
  var types: [String] { graph?.nodes.map(\.operation.type) ?? [] }
}

/// The reason of an only outcome, which has to be a decline.
func declined(_ pass: some Pass, _ network: LayerNetwork) throws -> String? {
  let result = try pass.apply(to: network.model, PassContext())
  guard result.layers.count == 1, !result.layers[0].isChanged else { return nil }
  return result.layers[0].reason
}
