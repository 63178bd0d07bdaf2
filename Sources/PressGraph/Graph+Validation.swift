public import PressTensor

extension Model {
  /// Checks that weight ids are unique, and the graph and every function as `Graph.validate` does.
  ///
  /// Functions see nothing but their own inputs.
  public func validate() throws(GraphError) {
    var ids: Set<WeightID> = []
    for weight in weights {
      guard ids.insert(weight.id).inserted else { throw .duplicateWeight(weight.id) }
    }
    try graph?.validate(weights: ids)
    for function in functions {
      for attribute in function.defaults {
        try attribute.value.validate(weights: ids, scope: Scope(), user: function.name)
      }
      try function.body.validate(weights: ids)
    }
  }
}

extension Graph {
  /// Checks definitions, uses, order and weights, in nested graphs too.
  ///
  /// A value has one definition in its graph; an input that an initializer fills is one. Every use,
  /// the graph's outputs included, has a definition here or, for a nested graph, around it. No node
  /// waits for itself. Every weight named is one of `weights`. Linear in the size of the graph.
  public func validate(weights: Set<WeightID>) throws(GraphError) {
    try validate(weights: weights, scope: Scope())
  }

  fileprivate func validate(weights: Set<WeightID>, scope: Scope) throws(GraphError) {
    var scope = scope
    scope.enter(try definitions())
    try checkWeights(weights)
    for node in nodes {
      for input in node.inputs where !input.isEmpty && !scope.contains(input) {
        throw .undefinedValue(input, user: "node '\(node.label)'")
      }
      guard case .opaque(let record) = node.operation else { continue }
      for attribute in record.attributes {
        try attribute.value.validate(weights: weights, scope: scope, user: node.label)
      }
    }
    for output in outputs where !scope.contains(output.name) {
      throw .undefinedValue(output.name, user: "the outputs of graph '\(name)'")
    }
    _ = try order()
  }

  /// The values that the graph defines; throws if one is defined twice.
  private func definitions() throws(GraphError) -> Set<String> {
    var inputNames: Set<String> = []
    for input in inputs {
      guard inputNames.insert(input.name).inserted else { throw .duplicateValue(input.name) }
    }
    var defined: Set<String> = []
    for name in constants.map(\.name) + sparseConstants.map(\.name) {
      guard defined.insert(name).inserted else { throw .duplicateValue(name) }
    }
    defined.formUnion(inputNames)
    for node in nodes {
      for output in node.outputs where !output.isEmpty {
        guard defined.insert(output).inserted else { throw .duplicateValue(output) }
      }
    }
    return defined
  }

  private func checkWeights(_ weights: Set<WeightID>) throws(GraphError) {
    for constant in constants where !weights.contains(constant.weight) {
      throw .missingWeight(constant.weight, name: constant.name)
    }
    for constant in sparseConstants {
      for id in [constant.values, constant.indices] where !weights.contains(id) {
        throw .missingWeight(id, name: constant.name)
      }
    }
    for node in nodes {
      for id in node.operation.weights where !weights.contains(id) {
        throw .missingWeight(id, name: node.label)
      }
    }
  }
}

extension AttributeValue {
  /// Checks the weights that the value names and the graphs that it holds.
  fileprivate func validate(
    weights: Set<WeightID>, scope: Scope, user: String
  ) throws(GraphError) {
    for id in self.weights where !weights.contains(id) { throw .missingWeight(id, name: user) }
    for graph in graphs { try graph.validate(weights: weights, scope: scope) }
  }
}

/// The values that a place in a graph can see: its graph's own and those of the graphs around it.
private struct Scope {
  private var levels: [Set<String>] = []

  mutating func enter(_ names: Set<String>) {
    levels.append(names)
  }

  func contains(_ name: String) -> Bool { levels.contains { $0.contains(name) } }
}
