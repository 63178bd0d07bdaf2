import PressTensor

extension NodeInference {
  func gatherElements(_ attributes: GatherElements) throws(GraphError) -> Inferred {
    let (data, indices) = (self[0], self[1])
    guard let input = data.dimensions, let picked = indices.dimensions else {
      return Inferred(data.elementType, indices.dimensions)
    }
    _ = try existingAxis(attributes.axis, of: input)
    try expectRank(picked, of: input)
    guard input.count == 1, let elements = data.elements, let places = indices.integers else {
      return Inferred(data.elementType, picked)
    }
    return Inferred(data.elementType, picked, elements: try self.elements(elements, at: places))
  }

  func gatherND(_ attributes: GatherND) throws(GraphError) -> Inferred {
    let batch = attributes.batchAxes
    guard let input = self[0].dimensions, let indices = self[1].dimensions,
      let tuple = indices.last
    else { return Inferred(self[0].elementType) }
    guard batch >= 0, batch < min(input.count, indices.count), tuple.size ?? 1 >= 1,
      tuple.size ?? 1 <= input.count - batch
    else {
      throw mismatch(
        expected: "indices of up to \(input.count) axes, \(batch) of them shared",
        found: indices.text)
    }
    guard let count = tuple.size else { return Inferred(self[0].elementType) }
    return Inferred(self[0].elementType, indices.dropLast() + input[(batch + count)...])
  }

  func scatterElements(_ attributes: ScatterElements) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return asInput }
    let axis = try existingAxis(attributes.axis, of: input)
    if let indices = self[1].dimensions {
      try expectRank(indices, of: input)
      try expectUpdates(indices)
    }
    var result = asInput
    if axis == 0, input.count == 1, attributes.reduction == .none {
      result.elements = try scattered()
    }
    return result
  }

  func scatterND(_ attributes: ScatterND) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions, let indices = self[1].dimensions else { return asInput }
    guard let tuple = indices.last, tuple.size ?? 0 <= input.count else {
      throw mismatch(expected: "indices of up to \(input.count) axes", found: indices.text)
    }
    guard let count = tuple.size, count >= 0 else { return asInput }
    try expectUpdates(indices.dropLast() + input[count...])
    var result = asInput
    if input.count == 1, count == 1, attributes.reduction == .none {
      result.elements = try scattered()
    }
    return result
  }

  /// The elements of a vector with others in the places that the indices say; `nil` if unknown.
  private func scattered() throws(GraphError) -> [Dimension]? {
    guard var elements = self[0].elements, let updates = self[2].elements,
      let places = self[1].integers, places.count == updates.count
    else { return nil }
    for (index, update) in zip(places, updates) {
      elements[try place(index, in: elements.count)] = update
    }
    return elements
  }

  func oneHot(_ attributes: OneHot) throws(GraphError) -> Inferred {
    guard let indices = self[0].dimensions else { return Inferred(self[2].elementType) }
    let place = try axis(attributes.axis, of: indices.count + 1)
    let depth = self[1].elements?.first ?? self[1].reals?.first.flatMap(Dimension.init) ?? .unknown
    guard depth.size ?? 0 >= 0 else { throw mismatch(expected: "a depth", found: "\(depth)") }
    var output = indices
    output.insert(depth, at: place)
    return Inferred(self[2].elementType, output)
  }

  /// An axis of a tensor that is no scalar, counted from the front.
  func existingAxis(_ axis: Int, of input: [Dimension]) throws(GraphError) -> Int {
    let place = try self.axis(axis, of: input.count)
    guard place < input.count else {
      throw mismatch(expected: "a tensor of rank 1 or more", found: input.text)
    }
    return place
  }

  /// The elements at indices, which may count from the end.
  func elements(
    _ elements: [Dimension], at indices: [Int]
  ) throws(GraphError) -> [Dimension] {
    var found: [Dimension] = []
    for index in indices { found.append(elements[try place(index, in: elements.count)]) }
    return found
  }

  private func place(_ index: Int, in count: Int) throws(GraphError) -> Int {
    guard -count..<count ~= index else {
      throw mismatch(expected: "an index into \(count) elements", found: "\(index)")
    }
    return index < 0 ? index + count : index
  }

  private func expectRank(_ indices: [Dimension], of input: [Dimension]) throws(GraphError) {
    guard indices.count == input.count else {
      throw mismatch(expected: "indices of rank \(input.count)", found: indices.text)
    }
  }

  /// Throws unless the third input can have a shape.
  private func expectUpdates(_ expected: [Dimension]) throws(GraphError) {
    guard let updates = self[2].dimensions else { return }
    let fits = zip(expected, updates).allSatisfy { $0.size == nil || $1.size == nil || $0 == $1 }
    guard fits, updates.count == expected.count else {
      throw mismatch(expected: "updates of \(expected.text)", found: updates.text)
    }
  }
}
