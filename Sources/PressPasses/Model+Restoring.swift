public import PressGraph
import PressTensor

extension Model {
  /// The model with some layers' weights taken back from the model that it was made from.
  ///
  /// - Throws: `GraphError` for a pattern without a match, `PassError` if the reference has no
  ///   such weight.
  public func restoring(_ layers: [String], from reference: Model) throws -> Model {
    let targets = try Targets(self, layers: layers, skip: [], default: .everything)
    var result = self
    for index in targets.indices {
      let weight = weights[index]
      guard let original = reference.weight(weight.id), original.shape == weight.shape else {
        throw PassError.nothingToDo(
          pass: "restore",
          reason: "expected weight '\(weight.name)' in the reference, found none of its shape")
      }
      result.weights[index] = original
    }
    return result
  }
}
