import PressTensor

/// Infers the values of a graph, node by node.
struct GraphInference {
  /// The model's constants.
  let weights: [WeightID: Weight]
  /// The sizes of named dimensions.
  private var sizes: [String: Int] = [:]
  /// The dimensions of inputs that a caller fixed.
  private var fixed: [String: [Int]] = [:]

  init(weights: [WeightID: Weight]) {
    self.weights = weights
  }

  /// Fixes inputs, and with them the sizes of the dimensions that they name.
  mutating func fix(_ shapes: [String: [Int]], of graph: Graph) throws(GraphError) {
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      guard let input = graph.inputs.first(where: { $0.name == name }) else {
        throw .undefinedValue(name, user: "a given shape")
      }
      fixed[name] = shape
      let declared =
        if case .tensor(_, let dimensions?)? = input.type { dimensions } else {
          shape.map { _ in Dimension.unknown }
        }
      let error = GraphError.shapeMismatch(
        node: name, operation: "input", expected: declared.text,
        found: shape.map(Dimension.known).text)
      guard declared.count == shape.count, shape.allSatisfy({ $0 >= 0 }) else { throw error }
      for (dimension, size) in zip(declared, shape) {
        switch dimension {
        case .known(let expected) where dimension.isTold:
          guard expected == size else { throw error }
        case .named(let symbol) where dimension.isTold:
          guard sizes[symbol, default: size] == size else { throw error }
          sizes[symbol] = size
        default: break
        }
      }
    }
  }

  /// The values of a graph; `outer` holds those of the graphs around it.
  func values(
    of graph: Graph, around outer: [[String: Inferred]]
  ) throws(GraphError) -> [String: Inferred] {
    var values: [String: Inferred] = [:]
    for input in graph.inputs {
      values[input.name] = declared(input.type)
      if let shape = fixed[input.name], outer.isEmpty {
        values[input.name, default: Inferred()].dimensions = shape.map(Dimension.known)
      }
    }
    // An initializer that is an input too is its default, and taken as it is.
    for constant in graph.constants where fixed[constant.name] == nil {
      values[constant.name] = weights[constant.weight].map(Inferred.init)
    }
    for constant in graph.sparseConstants {
      values[constant.name] = Inferred(
        weights[constant.values]?.elementType, constant.dimensions.map(Dimension.known))
    }
    let declarations = Dictionary(
      (graph.values + graph.outputs).map { ($0.name, $0.type) }
    ) { first, second in first ?? second }
    for index in try graph.order() {
      let node = graph.nodes[index]
      let results = try outputs(of: node, in: values, around: outer)
      for (place, name) in node.outputs.enumerated() where !name.isEmpty {
        let inferred = place < results.count ? results[place] : Inferred()
        values[name] = completed(inferred, by: declared(declarations[name] ?? nil))
      }
    }
    return values
  }

  private func outputs(
    of node: Node, in values: [String: Inferred], around outer: [[String: Inferred]]
  ) throws(GraphError) -> [Inferred] {
    if case .opaque(let record) = node.operation, record.type == "If", record.domain.isEmpty {
      return branches(of: node, scope: outer + [values])
    }
    let inputs = node.inputs.map { name in
      values[name] ?? outer.last { $0[name] != nil }?[name] ?? Inferred()
    }
    return try NodeInference(node: node, inputs: inputs, weights: weights).outputs()
  }

  /// What both branches of an If agree on.
  ///
  /// A branch that does not fit may never run: it is unknown.
  private func branches(of node: Node, scope: [[String: Inferred]]) -> [Inferred] {
    let results = node.operation.graphs.map { graph -> [Inferred] in
      guard let values = try? values(of: graph, around: scope) else { return [] }
      return graph.outputs.map { output in
        values[output.name] ?? scope.last { $0[output.name] != nil }?[output.name] ?? Inferred()
      }
    }
    guard results.count == 2 else { return [] }
    return zip(results[0], results[1]).map { left, right in
      var common = Inferred(left.elementType == right.elementType ? left.elementType : nil)
      if let a = left.dimensions, let b = right.dimensions, a.count == b.count {
        common.dimensions = zip(a, b).map { $0.common(with: $1) }
      }
      return common
    }
  }

  /// A declared type with the sizes of its named dimensions filled in.
  private func declared(_ type: ValueType?) -> Inferred {
    var value = type.map(Inferred.init) ?? Inferred()
    value.dimensions = value.dimensions?.map { dimension in
      guard case .named(let name) = dimension, let size = sizes[name] else { return dimension }
      return .known(size)
    }
    return value
  }

  /// What is inferred, and where nothing is, what is declared.
  private func completed(_ inferred: Inferred, by declared: Inferred) -> Inferred {
    var value = inferred
    value.elementType = inferred.elementType ?? declared.elementType
    value.other = inferred.other ?? (inferred.type == nil ? declared.other : nil)
    guard let dimensions = inferred.dimensions else {
      value.dimensions = declared.dimensions
      return value
    }
    guard let hints = declared.dimensions, hints.count == dimensions.count else { return value }
    value.dimensions = zip(dimensions, hints).map { $0 == .unknown ? $1 : $0 }
    return value
  }
}
