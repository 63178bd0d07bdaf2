import PressGraph
import PressTensor

/// Puts the nodes of a reference back where a pass made others of them.
struct LayerRestoration {
  private let model: Model
  private let reference: Model
  private let graph: Graph
  private let original: Graph

  /// Both models need a graph.
  init(_ model: Model, _ reference: Model) throws(PassError) {
    guard let graph = model.graph, let original = reference.graph else {
      throw Model.refusal("a graph, found a model of weights alone")
    }
    (self.model, self.reference, self.graph, self.original) = (model, reference, graph, original)
  }

  /// The model with the nodes that use some of the reference's weights as they were.
  func putting(back ids: Set<WeightID>) throws -> Model {
    let removed = try replaced(ids)
    let nodes = try slice(making: needed(outside: removed), removed)
    var result = model
    var edited = graph
    edited.nodes.removeAll { removed.contains($0.label) }
    let labels = Set(nodes.map(\.label))
    edited.nodes.removeAll { labels.contains($0.label) }
    edited.nodes += nodes
    removeLeftovers(from: &edited)
    bind(nodes, ids, in: &edited, &result)
    result.graph = try edited.sorted()
    result.dropUnusedWeights(of: model)
    try check(result)
    return result
  }

  /// The nodes here that use what was made from some weights, by their labels.
  private func replaced(_ ids: Set<WeightID>) throws(PassError) -> Set<String> {
    let uses = model.weightUses()
    let made = model.weights.filter {
      ids.contains($0.id) || !ids.isDisjoint(with: $0.origins)
    }
    let users = Set(made.flatMap { uses[$0.id]?.users ?? [] })
    let known = Set(graph.nodes.map(\.label))
    guard !users.isEmpty, users.isSubset(of: known) else {
      let names = reference.weights.filter { ids.contains($0.id) }.map { "'\($0.name)'" }
      throw Model.refusal(
        "a layer made from \(names.joined(separator: ", ")) in the outermost graph, found none")
    }
    return users
  }

  /// The values of some nodes that others, or the outputs, need.
  private func needed(outside removed: Set<String>) throws(PassError) -> [String] {
    var wanted = Set(graph.outputs.map(\.name))
    for node in graph.nodes where !removed.contains(node.label) {
      wanted.formUnion(node.usedValues)
    }
    let made = Set(original.nodes.flatMap(\.outputs))
    var values: [String] = []
    for node in graph.nodes where removed.contains(node.label) {
      for output in node.outputs where wanted.contains(output) {
        guard made.contains(output) else {
          throw Model.refusal(
            "value '\(output)', which other nodes need, in the reference, found none of that name")
        }
        values.append(output)
      }
    }
    return values
  }

  /// The reference's nodes that make some values from those that are here.
  private func slice(
    making values: [String], _ removed: Set<String>
  ) throws(PassError) -> [Node] {
    var here = Set(graph.inputs.map(\.name))
    for node in graph.nodes where !removed.contains(node.label) { here.formUnion(node.outputs) }
    let constants = Set(original.constants.map(\.name) + original.sparseConstants.map(\.name))
    let producers = original.producers
    var chosen: Set<Int> = []
    var waiting = values
    while let value = waiting.popLast() {
      if here.contains(value) || constants.contains(value) { continue }
      guard let index = producers[value] else {
        throw Model.refusal("value '\(value)' in both models, found it in neither")
      }
      if chosen.insert(index).inserted { waiting += original.nodes[index].usedValues }
    }
    return chosen.sorted().map { original.nodes[$0] }
  }

  /// Drops nodes that a pass added and nobody needs any more.
  private func removeLeftovers(from graph: inout Graph) {
    let known = Set(original.nodes.flatMap(\.outputs))
    while true {
      var wanted = Set(graph.outputs.map(\.name))
      for node in graph.nodes { wanted.formUnion(node.usedValues) }
      let count = graph.nodes.count
      graph.nodes.removeAll { node in
        node.outputs.allSatisfy { !wanted.contains($0) && !known.contains($0) }
      }
      if graph.nodes.count == count { break }
    }
    let wanted = Set(graph.nodes.flatMap(\.usedValues) + graph.outputs.map(\.name))
    let own = Set(original.constants.map(\.name))
    graph.constants.removeAll { !wanted.contains($0.name) && !own.contains($0.name) }
    let defined = graph.definedValues
    graph.values.removeAll { !defined.contains($0.name) }
  }

  /// Gives nodes of the reference their constants: those that are put back, and those that are not
  /// here as they were.
  private func bind(
    _ nodes: [Node], _ ids: Set<WeightID>, in graph: inout Graph, _ result: inout Model
  ) {
    let wanted = Set(nodes.flatMap(\.usedValues))
    var needed = Set(nodes.flatMap(\.operation.weights))
    for constant in original.constants where wanted.contains(constant.name) {
      needed.insert(constant.weight)
      graph.constants.removeAll { $0.name == constant.name }
      graph.constants.append(constant)
    }
    for weight in reference.weights where needed.contains(weight.id) {
      guard let place = result.weights.firstIndex(where: { $0.id == weight.id }) else {
        result.weights.append(weight)
        continue
      }
      let isKept =
        !ids.contains(weight.id) && result.weights[place].shape == weight.shape
        && result.weights[place].origins.isEmpty
      if !isKept { result.weights[place] = weight }
    }
  }

  private func check(_ result: Model) throws {
    do {
      try result.validate()
      _ = try result.inferShapes()
    } catch {
      throw Model.refusal("layers that fit together, found \(error)")
    }
  }
}

extension Model {
  /// Drops the weights that an earlier graph used and this one does not.
  fileprivate mutating func dropUnusedWeights(of earlier: Model) {
    let before = Set(earlier.weightsInUse)
    let after = Set(weightsInUse)
    weights.removeAll { before.contains($0.id) && !after.contains($0.id) }
  }
}
