import PressTensor

extension NodeInference {
  func gemm(_ attributes: Gemm) throws(GraphError) -> Inferred {
    guard let left = self[0].dimensions, let right = self[1].dimensions else {
      return Inferred(self[0].elementType)
    }
    guard left.count == 2, right.count == 2 else {
      throw mismatch(expected: "two matrices", found: "\(left.text) and \(right.text)")
    }
    let (rows, inner) = attributes.transA ? (left[1], left[0]) : (left[0], left[1])
    let (other, columns) = attributes.transB ? (right[1], right[0]) : (right[0], right[1])
    try expectEqual(inner, other, left, right)
    let output = [rows, columns]
    if let bias = self[2].dimensions {
      let sum = try broadcast(output, bias)
      guard sum.count == 2, sum.allKnown == nil || output.allKnown == nil || sum == output else {
        throw mismatch(expected: "a bias that broadcasts to \(output.text)", found: bias.text)
      }
    }
    return Inferred(self[0].elementType ?? self[1].elementType, output)
  }

  func matrixProduct() throws(GraphError) -> Inferred {
    let type = self[0].elementType ?? self[1].elementType
    guard let left = self[0].dimensions, let right = self[1].dimensions else {
      return Inferred(type)
    }
    guard let inner = left.last, !right.isEmpty else {
      throw mismatch(
        expected: "operands of rank 1 or more", found: "\(left.text) and \(right.text)")
    }
    try expectEqual(inner, right[max(right.count - 2, 0)], left, right)
    var output = try broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
    if left.count > 1 { output.append(left[left.count - 2]) }
    if right.count > 1 { output.append(right[right.count - 1]) }
    return Inferred(type, output)
  }

  private func expectEqual(
    _ inner: Dimension, _ other: Dimension, _ left: [Dimension], _ right: [Dimension]
  ) throws(GraphError) {
    guard let a = inner.size, let b = other.size, a != b else { return }
    throw mismatch(
      expected: "operands that share the size they are summed over",
      found: "\(left.text) and \(right.text)")
  }

  func recurrent(_ attributes: Recurrent) throws(GraphError) -> [Inferred] {
    let type = self[0].elementType
    guard let input = self[0].dimensions else { return [Inferred(type)] }
    guard input.count == 3 else {
      throw mismatch(expected: "(sequence, batch, input size)", found: input.text)
    }
    if let weight = self[1].dimensions {
      guard weight.count == 3 else {
        throw mismatch(expected: "W (directions, gates, input size)", found: weight.text)
      }
      try expectEqual(input[2], weight[2], input, weight)
    }
    let recurrence = self[2].dimensions
    let hidden =
      attributes.hiddenSize.map(Dimension.known)
      ?? (recurrence?.count == 3 ? recurrence?[2] : nil) ?? .unknown
    let directions = Dimension.known(attributes.directions)
    let isBatchFirst = attributes.isBatchFirst
    let (sequence, batch) = isBatchFirst ? (input[1], input[0]) : (input[0], input[1])
    let all =
      isBatchFirst ? [batch, sequence, directions, hidden] : [sequence, directions, batch, hidden]
    let last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    return [Inferred(type, all), Inferred(type, last), Inferred(type, last)]
  }
}
