public import PressTensor

extension Graph {
  /// The graphs below this one, at any depth, each before those nested in it.
  public var nestedGraphs: [Graph] {
    var found: [Graph] = []
    for node in nodes {
      for graph in node.operation.graphs {
        found.append(graph)
        found += graph.nestedGraphs
      }
    }
    return found
  }

  /// The names of values that the graph defines: inputs, initializers, and outputs of nodes.
  public var definedValues: Set<String> {
    var names = Set(inputs.map(\.name))
    names.formUnion(constants.lazy.map(\.name))
    names.formUnion(sparseConstants.lazy.map(\.name))
    for node in nodes { names.formUnion(node.outputs) }
    names.remove("")
    return names
  }

  /// The values that the graph, or a graph nested in it, takes from outside, in order of first use.
  public var capturedValues: [String] {
    let defined = definedValues
    var seen: Set<String> = []
    var captured: [String] = []
    func use(_ name: String) {
      guard !name.isEmpty, !defined.contains(name), seen.insert(name).inserted else { return }
      captured.append(name)
    }
    for node in nodes { node.usedValues.forEach(use) }
    for output in outputs { use(output.name) }
    return captured
  }

  /// For each value made by a node, the index of that node.
  public var producers: [String: Int] {
    var producers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { producers[output] = index }
    }
    return producers
  }

  /// For each value, the indices of the nodes that take it, themselves or in a graph nested in
  /// them.
  ///
  /// Indices ascend, each stands once. The graph's own outputs are no consumers.
  public var consumers: [String: [Int]] {
    var consumers: [String: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.usedValues where consumers[name]?.last != index {
        consumers[name, default: []].append(index)
      }
    }
    return consumers
  }

  /// The weights that the graph and those nested in it name, in order of first use, each once.
  public var weightsInUse: [WeightID] {
    var seen: Set<WeightID> = []
    var found: [WeightID] = []
    for graph in [self] + nestedGraphs {
      for id in graph.ownWeights where seen.insert(id).inserted { found.append(id) }
    }
    return found
  }

  private var ownWeights: [WeightID] {
    constants.map(\.weight) + sparseConstants.flatMap { [$0.values, $0.indices] }
      + nodes.flatMap(\.operation.weights)
  }
}

extension Node {
  /// The values that the node takes: its inputs, then what its graphs capture; empty names left
  /// out.
  public var usedValues: [String] {
    inputs.filter { !$0.isEmpty } + operation.graphs.flatMap(\.capturedValues)
  }
}

extension Model {
  /// The weights that the graph or a function names, in order of first use, each once.
  public var weightsInUse: [WeightID] {
    var seen: Set<WeightID> = []
    let bodies = [graph].compactMap { $0 } + functions.map(\.body)
    let defaults = functions.flatMap(\.defaults)
    let named =
      bodies.flatMap(\.weightsInUse) + defaults.flatMap(\.value.weights)
      + defaults.flatMap(\.value.graphs).flatMap(\.weightsInUse)
    return named.filter { seen.insert($0).inserted }
  }
}
