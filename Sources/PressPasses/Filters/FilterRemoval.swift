import PressGraph
import PressTensor

/// Takes channels out of a model: out of every constant, and out of what nodes say about them.
struct FilterRemoval {
  private let tracer: ChannelTracer
  private let model: Model
  private let graph: Graph

  /// Removal from the model that was traced.
  init(_ tracer: ChannelTracer, _ model: Model, _ graph: Graph) {
    (self.tracer, self.model, self.graph) = (tracer, model, graph)
  }

  /// The model without the channels of some classes, by their roots.
  ///
  /// - Throws: `PassError` where a constant is held in a form that cannot be cut.
  func result(without removed: Set<Int>) throws -> Model {
    guard !removed.isEmpty else { return model }
    var result = model
    var graph = graph
    for index in model.weights.indices {
      if let weight = try cut(model.weights[index], removed) { result.weights[index] = weight }
    }
    let sizes = Dictionary(result.weights.map { ($0.id, $0.shape) }) { first, _ in first }
    for index in graph.inputs.indices {
      let input = graph.inputs[index]
      guard let id = graph.constants.first(where: { $0.name == input.name })?.weight,
        tracer.cuts[id]?.isEmpty == false, case .tensor(let type, _) = input.type
      else { continue }
      let dimensions = sizes[id]?.dimensions.map(Dimension.known)
      graph.inputs[index].type = .tensor(type, dimensions)
    }
    for (index, channels) in tracer.depthwise {
      guard case .convolution(var attributes) = graph.nodes[index].operation else { continue }
      attributes.group = left(channels, removed)
      graph.nodes[index].operation = .convolution(attributes)
    }
    for (index, channels) in tracer.reshapes.sorted(by: { $0.key < $1.key }) {
      try restate(index, channels.mapValues { left($0, removed) }, &graph, &result)
    }
    // What sources declared about values inside is no longer true of those that lost channels.
    graph.values.removeAll { info in
      tracer.values[info.name]?.channels.contains { isRemoved($0, removed) } ?? false
    }
    result.graph = graph
    try result.validate()
    return result
  }

  private func isRemoved(_ channel: Int, _ removed: Set<Int>) -> Bool {
    removed.contains(tracer.classes.root(channel))
  }

  private func left(_ channels: [Int], _ removed: Set<Int>) -> Int {
    channels.count { !isRemoved($0, removed) }
  }

  /// A constant without what belongs to the removed channels; `nil` if nothing does.
  private func cut(_ weight: Weight, _ removed: Set<Int>) throws -> Weight? {
    var stays = [[Bool]?](repeating: nil, count: weight.shape.rank)
    for (axis, channels) in tracer.cuts[weight.id] ?? [:] {
      let axisStays = channels.map { !isRemoved($0, removed) }
      if axisStays.contains(false) { stays[axis] = axisStays }
    }
    guard stays.contains(where: { $0 != nil }) else { return nil }
    guard SlicedWeight.canSlice(weight) else {
      throw PassError.nothingToDo(
        pass: "prune",
        reason: "expected values that filters can be cut out of (prune filters before share and "
          + "quantize), found '\(weight.name)' as \(weight.values.name(of: weight.elementType)) "
          + "by \(weight.granularity.name)")
    }
    return try SlicedWeight.weight(weight, keeping: stays)
  }

  /// Gives a Reshape a target of its own with other sizes at some places.
  private func restate(
    _ index: Int, _ sizes: [Int: Int], _ graph: inout Graph, _ model: inout Model
  ) throws {
    guard var target = tracer.integers(graph.nodes[index].inputs[1]),
      sizes.contains(where: { target[$0] != $1 })
    else { return }
    for (place, size) in sizes { target[place] = size }
    var taken = graph.definedValues
    for nested in graph.nestedGraphs { taken.formUnion(nested.definedValues) }
    let old = graph.nodes[index].inputs[1]
    let name = (1...).lazy.map { "\(old)_\($0)" }.first { !taken.contains($0) } ?? old
    var bytes: [UInt8] = []
    for size in target { bytes.appendLittleEndian(Int64(size)) }
    let weight = try Weight(
      id: model.unusedWeightID(), name: name, elementType: .int64,
      shape: Shape(vectorOf: target.count), dense: Storage(bytes))
    model.weights.append(weight)
    graph.constants.append(ConstantBinding(name: name, weight: weight.id))
    graph.nodes[index].inputs[1] = name
    // The constant it had goes where nothing else reads it.
    let isUsed =
      graph.nodes.contains { $0.usedValues.contains(old) }
      || graph.outputs.contains { $0.name == old }
    guard !isUsed, let binding = graph.constants.firstIndex(where: { $0.name == old }) else {
      return
    }
    let id = graph.constants[binding].weight
    graph.constants.remove(at: binding)
    graph.inputs.removeAll { $0.name == old }
    var rest = model
    rest.graph = graph
    if !rest.weightsInUse.contains(id) { model.weights.removeAll { $0.id == id } }
  }
}
