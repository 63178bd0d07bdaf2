public import PressData
import PressFile
public import PressGraph
import PressTensor

/// How far each layer of a network moved from a reference's, and which of them did the damage.
public struct LayerComparison: Sendable {
  /// A layer or an output.
  public struct Row: Sendable {
    /// The node, or the output's name.
    public let name: String
    /// The value that is compared.
    public let value: String
    /// The values that go into it; none for outputs.
    public let inputs: [String]
    /// Whether the value is a single number.
    public let isScalar: Bool
    /// How far it moved.
    public let deviation: Deviation
    /// The noise that the layer itself adds: what its output has, relative to its power, beyond the
    /// noisiest of its inputs.
    public var addedNoise = 0.0
    /// The place among all layers by what they add, from 1; `nil` for outputs and for layers that
    /// add nothing.
    public var rank: Int?

    /// Squared error over squared reference.
    fileprivate var noise: Double {
      guard let decibels = deviation.signalToNoise else { return 0 }
      return decibels.isNaN ? .infinity : PressFile.pow(10, -decibels / 10)
    }

    /// The share of rows with the same largest element; a scalar has none.
    public var agreement: Double? { isScalar ? nil : deviation.agreement }
  }

  /// The rows of the graph's outputs.
  public let outputs: [Row]
  /// The rows of the layers that both networks have, in the order of the reference.
  public private(set) var layers: [Row]

  /// Compares what two networks made of the same inputs.
  ///
  /// - Parameter layers: Nodes with the value that each makes.
  /// - Throws: `DatasetError` if an output has another shape, or is missing.
  public init(
    _ found: LayerOutputs, from expected: LayerOutputs, of graph: Graph,
    layers: [(layer: String, value: String)]
  ) throws {
    outputs = try graph.outputs.map { output in
      guard let row = try Self.row(output.name, output.name, [], found, expected) else {
        throw Self.mismatch(output.name, found, expected)
      }
      return row
    }
    let sources = Dictionary(
      graph.nodes.map { ($0.label, $0.usedValues) }, uniquingKeysWith: { first, _ in first })
    self.layers = try layers.compactMap { layer, value in
      if expected.values[value]?.elementType == .string { return nil }
      guard let row = try Self.row(layer, value, sources[layer] ?? [], found, expected) else {
        throw Self.mismatch(value, found, expected)
      }
      return row
    }
    rankLayers()
  }

  private static func row(
    _ name: String, _ value: String, _ inputs: [String], _ found: LayerOutputs,
    _ expected: LayerOutputs
  ) throws -> Row? {
    try found.deviation(of: value, from: expected).map { deviation in
      Row(
        name: name, value: value, inputs: inputs,
        isScalar: expected.values[value]?.shape.rank == 0, deviation: deviation)
    }
  }

  private static func mismatch(
    _ value: String, _ found: LayerOutputs, _ expected: LayerOutputs
  ) -> DatasetError {
    guard let a = expected.values[value], let b = found.values[value] else {
      return .unknownOutput(value, expected: found.values.keys.sorted())
    }
    return .comparedShapes(name: value, expected: a.shape, found: b.shape)
  }

  private mutating func rankLayers() {
    let noise = Dictionary(layers.map { ($0.value, $0.noise) }, uniquingKeysWith: { a, _ in a })
    for index in layers.indices {
      let inherited = layers[index].inputs.compactMap { noise[$0] }.max() ?? 0
      layers[index].addedNoise = max(0, layers[index].noise - inherited)
    }
    let order = layers.indices.filter { layers[$0].addedNoise > 0 }
      .sorted { (-layers[$0].addedNoise, $0) < (-layers[$1].addedNoise, $1) }
    for (place, index) in order.enumerated() { layers[index].rank = place + 1 }
  }
}

extension LayerComparison.Row {
  /// The numbers with the keys that scripts read.
  public var json: JSON {
    .object([
      "name": .string(name), "max_abs": .optional(deviation.largestDifference),
      "mean_abs": .optional(deviation.meanDifference), "cosine": .optional(deviation.cosine),
      "snr_db": .optional(deviation.signalToNoise), "argmax_agreement": .optional(agreement),
      "added_noise": .optional(addedNoise), "rank": .optional(rank),
    ])
  }
}
