public import PressGraph
import PressTensor

extension Model {
  /// The model with some layers taken back from the model that it was made from.
  ///
  /// Where a layer's nodes are still what they were, its weights are put back. Where a pass made
  /// other nodes of them, those that use weights made from the layer's (`Weight.origins`) give way
  /// to the nodes of the reference that make the same values from the same ones.
  ///
  /// - Parameter layers: Patterns, for the names that the reference has.
  /// - Throws: `GraphError` for a pattern without a match, `PassError` where a layer can't be put
  ///   back, since its neighbours have changed with it.
  public func restoring(_ layers: [String], from reference: Model) throws -> Model {
    let targets = try Targets(reference, layers: layers, skip: [], default: .everything)
    var result = self
    var rewritten: Set<WeightID> = []
    let unchanged = unchangedUsers(of: reference)
    let uses = reference.weightUses()
    for index in targets.indices {
      let original = reference.weights[index]
      let users = uses[original.id]?.users ?? []
      guard users.allSatisfy(unchanged),
        let place = weights.firstIndex(where: { $0.id == original.id })
      else {
        rewritten.insert(original.id)
        continue
      }
      guard weights[place].shape == original.shape else {
        throw Self.refusal(
          "weight '\(original.name)' of shape \(original.shape), found \(weights[place].shape): "
            + "its neighbours were cut with it")
      }
      result.weights[place] = original
    }
    return rewritten.isEmpty
      ? result : try LayerRestoration(result, reference).putting(back: rewritten)
  }

  /// Labels of the reference's nodes that are here as they were; all of them in models of weights
  /// alone, nested graphs and functions.
  private func unchangedUsers(of reference: Model) -> (String) -> Bool {
    let mine = Dictionary(
      (graph?.nodes ?? []).map { ($0.label, $0) }, uniquingKeysWith: { first, _ in first })
    var changed: Set<String> = []
    for node in reference.graph?.nodes ?? [] {
      let same = mine[node.label]
      if same?.inputs != node.inputs || same?.outputs != node.outputs
        || same?.operation != node.operation
      {
        changed.insert(node.label)
      }
    }
    return { !changed.contains($0) }
  }

  /// The error of a layer that can't be put back.
  static func refusal(_ reason: String) -> PassError {
    .nothingToDo(pass: "restore", reason: "expected " + reason)
  }
}
