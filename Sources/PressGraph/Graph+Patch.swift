extension Graph {
  /// The graph after an edit, not yet validated.
  func applying(_ patch: Patch) throws(GraphError) -> Graph {
    var graph = self
    try graph.dropConstants(patch.droppedConstants)
    graph.constants += patch.addedConstants
    let targets = try patch.resolvedRedirections()
    let producers = producers
    let removed = try patch.places(of: patch.removedNodes, producers)
    let inserted = try patch.insertionsByIndex(producers, end: nodes.count)
    graph.nodes = []
    for index in 0...nodes.count {
      graph.nodes += inserted[2 * index - 1] ?? []
      graph.nodes += inserted[2 * index] ?? []
      guard index < nodes.count, !removed.contains(index) else { continue }
      graph.nodes.append(nodes[index].redirected(targets))
    }
    let outputNames = Set(outputs.map(\.name))
    var renamed: [String: String] = [:]
    for (old, new) in targets.sorted(by: { $0.key < $1.key }) where outputNames.contains(old) {
      if graph.hand(renamed[new] ?? new, outAs: old) { renamed[new] = old }
    }
    graph.dropStaleInfos()
    return graph
  }

  private mutating func dropConstants(_ names: [String]) throws(GraphError) {
    let dropped = Set(names)
    let known = Set(constants.map(\.name)).union(sparseConstants.map(\.name))
    for name in names where !known.contains(name) {
      throw .undefinedValue(name, user: "a patch")
    }
    constants.removeAll { dropped.contains($0.name) }
    sparseConstants.removeAll { dropped.contains($0.name) }
    // What it filled by default would otherwise have to be given.
    inputs.removeAll { dropped.contains($0.name) }
  }

  /// Makes the output `old` hold the value `new`, keeping the output's name.
  ///
  /// The node that makes `new` makes `old` instead; what made `old` until now gets a free name. An
  /// Identity does it where `new` comes from no node or is an output itself. Returns whether `new`
  /// is gone for it.
  private mutating func hand(_ new: String, outAs old: String) -> Bool {
    let producers = producers
    if producers[old] != nil { rename(old, to: unusedName(like: old)) }
    let isOutput = outputs.contains { $0.name == new }
    guard producers[new] != nil, !isOutput else {
      nodes.append(Node(inputs: [new], outputs: [old], operation: .unary(.identity)))
      return false
    }
    rename(new, to: old)
    return true
  }

  /// Renames a value where it is made and everywhere it is taken.
  private mutating func rename(_ old: String, to new: String) {
    let names = [old: new]
    for index in nodes.indices {
      nodes[index] = nodes[index].redirected(names)
      for place in nodes[index].outputs.indices where nodes[index].outputs[place] == old {
        nodes[index].outputs[place] = new
      }
    }
  }

  /// A name that nothing in the graph has yet.
  private func unusedName(like name: String) -> String {
    var taken = definedValues
    for graph in nestedGraphs { taken.formUnion(graph.definedValues) }
    var number = 1
    while taken.contains("\(name)_\(number)") { number += 1 }
    return "\(name)_\(number)"
  }

  /// Drops declared types and annotations of values that are there no more.
  private mutating func dropStaleInfos() {
    let defined = definedValues
    values.removeAll { !defined.contains($0.name) }
    annotations.removeAll { !defined.contains($0.name) }
  }
}

extension Node {
  /// The node with the values that it and its nested graphs take replaced by others.
  func redirected(_ names: [String: String]) -> Node {
    guard !names.isEmpty else { return self }
    var node = self
    for index in inputs.indices {
      if let name = names[inputs[index]] { node.inputs[index] = name }
    }
    node.operation = operation.mappingGraphs { $0.redirectingCaptured(names) }
    return node
  }
}

extension Graph {
  /// The nested graph with values that it captures replaced by others.
  fileprivate func redirectingCaptured(_ names: [String: String]) -> Graph {
    let own = definedValues
    let outer = names.filter { !own.contains($0.key) }
    guard !outer.isEmpty else { return self }
    var graph = self
    graph.nodes = nodes.map { $0.redirected(outer) }
    for index in outputs.indices {
      if let name = outer[outputs[index].name] { graph.outputs[index].name = name }
    }
    return graph
  }
}

extension Patch {
  /// Each redirected value with the one it gives way to in the end.
  fileprivate func resolvedRedirections() throws(GraphError) -> [String: String] {
    var resolved: [String: String] = [:]
    for old in redirections.keys.sorted() {
      var target = old
      var steps = 0
      while let next = redirections[target] {
        target = next
        steps += 1
        guard steps <= redirections.count else { throw .cycle(old) }
      }
      resolved[old] = target
    }
    return resolved
  }

  /// The indices of the nodes that make values.
  fileprivate func places(
    of values: [String], _ producers: [String: Int]
  ) throws(GraphError) -> Set<Int> {
    var places: Set<Int> = []
    for value in values {
      guard let index = producers[value] else { throw .undefinedValue(value, user: "a patch") }
      places.insert(index)
    }
    return places
  }

  /// The nodes to insert: before node `i` under `2 * i`, after it under `2 * i + 1`.
  fileprivate func insertionsByIndex(
    _ producers: [String: Int], end: Int
  ) throws(GraphError) -> [Int: [Node]] {
    var result: [Int: [Node]] = [:]
    for insertion in insertions {
      let key: Int
      switch insertion.place {
      case .end: key = 2 * end
      case .before(let value), .after(let value):
        guard let index = producers[value] else { throw .undefinedValue(value, user: "a patch") }
        key = if case .before = insertion.place { 2 * index } else { 2 * index + 1 }
      }
      result[key, default: []].append(insertion.node)
    }
    return result
  }
}
