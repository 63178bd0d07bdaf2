public import PressTensor

/// Which layers and tensors a pass touches: patterns to choose, and patterns to leave out.
///
/// A pattern is a glob, in which `*` stands for any characters and everything else for itself, or
/// `re:` and a regular expression that has to be found in the name. Names are those of tensors and
/// nodes. Matching an expression can take time exponential in the name's length if it nests
/// repetitions: it comes from the user, who can write a better one.
public struct Selection: Sendable, Hashable {
  /// What is chosen; all, if there is no pattern.
  public var layers: [String]
  /// What is left out of that.
  public var skip: [String]

  /// A selection by patterns.
  public init(layers: [String] = [], skip: [String] = []) {
    self.layers = layers
    self.skip = skip
  }

  /// The selected constants of a model, in the model's order.
  ///
  /// Without patterns these are all constants whose role is one of `roles`. A pattern selects those
  /// of them that go by a name it matches, or any of whose users does. Only a pattern that matches
  /// none of them selects other constants: it names them on purpose. Throws `unmatchedPattern` for
  /// a pattern that matches no name at all, and `malformedPattern`.
  public func weights(
    of model: Model, roles: Set<Role> = [.weight]
  ) throws(GraphError) -> [WeightID] {
    let uses = model.weightUses()
    let names = model.selectableNames(uses)
    var chosen: Set<WeightID> = []
    for pattern in layers {
      let matched = try NamePattern(pattern).matched(names)
      let all = model.weights.map(\.id).filter { id in
        uses[id]?.names.contains(where: matched.contains) ?? false
      }
      let usual = all.filter { id in uses[id].map { roles.contains($0.role) } ?? false }
      chosen.formUnion(usual.isEmpty ? all : usual)
    }
    if layers.isEmpty {
      chosen = Set(uses.filter { roles.contains($0.value.role) }.keys)
    }
    for pattern in skip {
      let matched = try NamePattern(pattern).matched(names)
      chosen = chosen.filter { id in !(uses[id]?.names.contains(where: matched.contains) ?? false) }
    }
    return model.weights.map(\.id).filter(chosen.contains)
  }
}

extension Model {
  /// Every name that a pattern may match, in order, each once: of tensors, and of nodes in all
  /// graphs.
  fileprivate func selectableNames(_ uses: [WeightID: WeightUse]) -> [String] {
    var seen: Set<String> = [""]
    var names = weights.flatMap { uses[$0.id]?.names ?? [] }
    for body in [graph].compactMap({ $0 }) + functions.map(\.body) {
      for graph in [body] + body.nestedGraphs { names += graph.nodes.map(\.label) }
    }
    return names.filter { seen.insert($0).inserted }
  }
}
