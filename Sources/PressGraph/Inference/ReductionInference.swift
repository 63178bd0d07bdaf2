import PressTensor

extension NodeInference {
  func reduction(_ attributes: Reduction) throws(GraphError) -> Inferred {
    let input = self[0]
    guard let dimensions = input.dimensions else { return Inferred(input.elementType) }
    guard let axes = try reducedAxes(attributes, rank: dimensions.count) else {
      let unknown = dimensions.map { _ in Dimension.unknown }
      return Inferred(input.elementType, attributes.keepsAxes ? unknown : nil)
    }
    let output = dimensions.indices.compactMap { axis -> Dimension? in
      guard axes.contains(axis) else { return dimensions[axis] }
      return attributes.keepsAxes ? .known(1) : nil
    }
    var result = Inferred(input.elementType, output)
    if dimensions.count == 1, axes == [0], let elements = input.elements {
      result.elements = attributes.kind.reduced(elements).map { [$0] }
    }
    return result
  }

  /// The axes that are reduced; `nil` if only running tells.
  private func reducedAxes(_ attributes: Reduction, rank: Int) throws(GraphError) -> Set<Int>? {
    var given = attributes.axes
    if has(1) {
      guard let integers = self[1].integers else { return nil }
      given = integers
    }
    guard let given, !given.isEmpty else {
      return attributes.keepsAllWithoutAxes ? [] : Set(0..<rank)
    }
    return Set(try axes(given, of: rank))
  }

  var batchNormalized: [Inferred] {
    let input = asInput
    let channels = input.dimensions.flatMap { $0.count > 1 ? [$0[1]] : nil }
    let statistics = Inferred(self[3].elementType ?? input.elementType, channels)
    // The mean and the variance, and before version 14 those of the input alone.
    return [input] + Array(repeating: statistics, count: 4)
  }

  func layerNormalized(_ attributes: LayerNormalization) throws(GraphError) -> [Inferred] {
    guard let dimensions = self[0].dimensions else { return [asInput] }
    let first = try axis(attributes.axis, of: dimensions.count)
    let statistics = dimensions.indices.map { $0 < first ? dimensions[$0] : .known(1) }
    let type = UInt8(exactly: attributes.stashType).flatMap(ElementType.init(rawValue:))
    return [asInput, Inferred(type, statistics), Inferred(type, statistics)]
  }
}

extension Reduction.Kind {
  /// The elements of a vector reduced to one, where that is followed.
  fileprivate func reduced(_ elements: [Dimension]) -> Dimension? {
    switch self {
    case .product: elements.product
    case .sum: elements.reduce(.known(0), +)
    case .max: elements.allKnown?.max().map(Dimension.known)
    case .min: elements.allKnown?.min().map(Dimension.known)
    default: nil
    }
  }
}
