import PressTensor

extension NodeInference {
  func rearrangedDepth(_ attributes: DepthRearrangement) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return asInput }
    guard input.count == 4, attributes.blockSize > 0 else {
      throw mismatch(
        expected: "(N, C, H, W) and a positive block size",
        found: "\(input.text) and \(attributes.blockSize)")
    }
    let block = Dimension.known(attributes.blockSize)
    let area = block * block
    switch attributes.kind {
    case .depthToSpace:
      try expect(block: area, divides: input[1])
      return Inferred(
        self[0].elementType,
        [input[0], input[1] / area, input[2] * block, input[3] * block])
    case .spaceToDepth:
      try expect(block: block, divides: input[2])
      try expect(block: block, divides: input[3])
      return Inferred(
        self[0].elementType, [input[0], input[1] * area, input[2] / block, input[3] / block])
    }
  }

  private func expect(block: Dimension, divides size: Dimension) throws(GraphError) {
    guard let size = size.size else { return }
    guard let block = block.size, size % block == 0 else {
      throw mismatch(expected: "a size that \(block) divides", found: "\(size)")
    }
  }

  func triangle() throws(GraphError) -> Inferred {
    if let input = self[0].dimensions, input.count < 2 {
      throw mismatch(expected: "matrices", found: input.text)
    }
    return asInput
  }

  /// A value like the first input, whose normalized axis must be one of its axes.
  func normalized(along axis: Int) throws(GraphError) -> Inferred {
    if let input = self[0].dimensions { _ = try existingAxis(axis, of: input) }
    return asInput
  }

  /// The number of elements of the first input.
  var size: Inferred {
    Inferred(.int64, [], elements: self[0].dimensions.map { [$0.product] })
  }
}
