import PressEngine
public import PressGraph
public import PressTensor

/// What the layers of a network make of some inputs.
public struct LayerOutputs: Sendable {
  /// Tensors by the names of their values, the graph's outputs among them.
  public let values: [String: Tensor]

  /// Runs a network once.
  ///
  /// - Parameter names: Values inside that are kept; those that the network does not make are left
  ///   out. Nothing is fused where there are any.
  /// - Throws: `EngineError`.
  public init(
    _ model: Model, inputs: [String: Tensor], including names: Set<String>, threads: Int,
    limits: ReadLimits
  ) throws {
    let plan = try Plan(model, options: PlanOptions(fuses: names.isEmpty, limits: limits))
    var engine = Engine(plan, threads: threads)
    values = try engine.run(inputs, including: names.intersection(plan.valueNames))
  }

  /// How far a value moved from a reference's; `nil` where either has none of that name, where they
  /// are texts, or have another shape.
  public func deviation(of value: String, from reference: LayerOutputs) throws -> Deviation? {
    guard let found = values[value], let expected = reference.values[value],
      found.shape == expected.shape, expected.elementType != .string, found.elementType != .string
    else { return nil }
    var deviation = Deviation()
    if expected.shape.count > 0 {
      deviation.add(
        try found.numbers(), reference: try expected.numbers(),
        width: expected.shape.dimensions.last ?? 1)
    }
    return deviation
  }
}

extension Graph {
  /// The nodes that make a value which another graph makes, too, with that value.
  public func layers(sharedWith other: Graph?) -> [(layer: String, value: String)] {
    let made = Set((other?.nodes ?? []).compactMap(\.outputs.first))
    return nodes.compactMap { node in
      guard let value = node.outputs.first, made.contains(value) else { return nil }
      if case .constant = node.operation { return nil }
      return (node.label, value)
    }
  }
}

extension Dataset {
  /// The inputs of the first examples, at most so many, or as many as a graph fixes.
  public func sample(_ size: Int, for graph: Graph) throws(TensorError) -> [String: Tensor] {
    let fixed = graph.fixedBatch
    return try batch(0..<min(fixed ?? size, count), paddedTo: fixed)
  }
}
