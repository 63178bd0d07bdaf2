public import PressTensor

extension Model {
  /// How each weight of the model is used: its role, its users, and its view as a matrix.
  ///
  /// Without a graph every floating-point tensor of rank 2 or more is a weight. A constant that
  /// nothing uses is `other`. Constants are followed through Identity, Transpose, Reshape,
  /// Unsqueeze, float casts and calls of functions, and into nested graphs.
  public func weightUses() -> [WeightID: WeightUse] {
    guard let graph else { return usesWithoutGraph() }
    var finder = UseFinder(self)
    finder.visit(graph)
    for function in functions { finder.visit(function.body) }
    var uses = finder.uses.mapValues(\.use)
    for weight in weights where uses[weight.id] == nil {
      uses[weight.id] = FoundUse(weight).use
    }
    return uses
  }

  private func usesWithoutGraph() -> [WeightID: WeightUse] {
    var uses: [WeightID: WeightUse] = [:]
    for weight in weights {
      var use = FoundUse(weight).use
      if weight.elementType.isFloatingPoint, weight.shape.rank >= 2 { use.role = .weight }
      uses[weight.id] = use
    }
    return uses
  }
}
