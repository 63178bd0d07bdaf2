import PressTensor

extension Model {
  /// The model for one example at a time: every input's first dimension that stays open is 1.
  ///
  /// - Parameter given: Inputs whose shapes are known otherwise, left as they are.
  public func withSingleExamples(except given: Set<String> = []) -> Model {
    guard var graph else { return self }
    for index in graph.inputs.indices where !given.contains(graph.inputs[index].name) {
      guard case .tensor(let type, var dimensions?) = graph.inputs[index].type,
        let first = dimensions.first
      else { continue }
      if case .known = first { continue }
      dimensions[0] = .known(1)
      graph.inputs[index].type = .tensor(type, dimensions)
    }
    var fixed = self
    fixed.graph = graph
    return fixed
  }
}
