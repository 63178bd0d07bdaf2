import PressTensor

extension NodeInference {
  func flatten(_ attributes: Flatten) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else {
      return Inferred(self[0].elementType, [.unknown, .unknown])
    }
    let rank = input.count
    guard -rank...rank ~= attributes.axis else {
      throw mismatch(expected: "an axis of \(rank)", found: "axis \(attributes.axis)")
    }
    let axis = attributes.axis < 0 ? attributes.axis + rank : attributes.axis
    return Inferred(
      self[0].elementType, [Array(input[..<axis]).product, Array(input[axis...]).product],
      elements: self[0].elements)
  }

  func reshape(_ attributes: Reshape) throws(GraphError) -> Inferred {
    guard let target = self[1].sizes else { return Inferred(self[0].elementType) }
    var output = target
    let input = self[0].dimensions
    if !attributes.allowsZero {
      for (axis, size) in target.enumerated() where size == .known(0) {
        guard let input else {
          output[axis] = .unknown
          continue
        }
        guard axis < input.count else {
          throw mismatch(
            expected: "a size to copy at axis \(axis)", found: "input \(input.text)")
        }
        output[axis] = input[axis]
      }
    }
    let open = target.indices.filter { target[$0] == .known(-1) }
    guard open.count <= 1, output.allSatisfy({ $0.size ?? 0 >= -1 }) else {
      throw mismatch(expected: "sizes, at most one of them -1", found: target.text)
    }
    let gaps = open.isEmpty ? output.indices.filter { output[$0] == .unknown } : open
    if let gap = gaps.first {
      output[gap] = .unknown
      guard gaps.count == 1, let input else {
        return Inferred(self[0].elementType, output)
      }
      var rest = output
      rest.remove(at: gap)
      output[gap] = try quotient(of: input, by: rest)
    } else if let input {
      try expectCount(of: input, output)
    }
    return Inferred(self[0].elementType, output, elements: self[0].elements)
  }

  private func expectCount(
    of input: [Dimension], _ output: [Dimension]
  ) throws(GraphError) {
    guard let a = input.product.size, let b = output.product.size, a != b else { return }
    throw mismatch(
      expected: "a shape of \(a) elements like \(input.text)", found: "\(output.text)")
  }

  /// The size that makes two shapes hold the same number of elements; equal names cancel.
  private func quotient(
    of input: [Dimension], by rest: [Dimension]
  ) throws(GraphError) -> Dimension {
    var upper = input
    var lower: [Dimension] = []
    for size in rest {
      if case .named = size, let place = upper.firstIndex(of: size) {
        upper.remove(at: place)
      } else {
        lower.append(size)
      }
    }
    guard let divisor = lower.product.size, divisor > 0 else { return .unknown }
    guard let count = upper.product.size else {
      return divisor == 1 ? upper.product : .unknown
    }
    guard count % divisor == 0 else {
      throw mismatch(
        expected: "sizes that divide the elements of \(input.text)", found: rest.text)
    }
    return .known(count / divisor)
  }

  func transpose(_ attributes: Transpose) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return Inferred(self[0].elementType) }
    guard let permutation = attributes.permutation else {
      return Inferred(
        self[0].elementType, input.reversed(),
        elements: input.count < 2 ? self[0].elements : nil)
    }
    guard permutation.count == input.count, Set(permutation) == Set(input.indices) else {
      throw mismatch(
        expected: "a permutation of the axes of \(input.text)", found: "\(permutation)")
    }
    return Inferred(
      self[0].elementType, permutation.map { input[$0] },
      elements: input.count < 2 ? self[0].elements : nil)
  }

  func squeeze(_ attributes: Squeeze) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return Inferred(self[0].elementType) }
    var places = Set(input.indices.filter { input[$0] == .known(1) })
    if attributes.axes != nil || has(1) {
      guard let given = attributes.axes ?? self[1].integers else {
        return Inferred(self[0].elementType)
      }
      places = Set(try axes(given, of: input.count))
      for place in places where input[place].size ?? 1 != 1 {
        throw mismatch(expected: "size 1 at axis \(place)", found: input.text)
      }
    } else if input.allKnown == nil {
      return Inferred(self[0].elementType)
    }
    let output = input.indices.filter { !places.contains($0) }.map { input[$0] }
    return Inferred(self[0].elementType, output, elements: self[0].elements)
  }

  func unsqueeze(_ attributes: Unsqueeze) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions, let given = attributes.axes ?? self[1].integers else {
      return Inferred(self[0].elementType)
    }
    let rank = input.count + given.count
    let places = Set(try axes(given, of: rank))
    var rest = input.makeIterator()
    let output = (0..<rank).compactMap { places.contains($0) ? .known(1) : rest.next() }
    return Inferred(self[0].elementType, output, elements: self[0].elements)
  }

  func shape(_ attributes: ShapeOf) -> Inferred {
    guard let input = self[0].dimensions else { return Inferred(.int64, [.unknown]) }
    let rank = input.count
    func place(_ axis: Int) -> Int { min(max(axis < 0 ? axis + rank : axis, 0), rank) }
    let start = place(attributes.start)
    let range = start..<max(start, place(attributes.end ?? rank))
    return Inferred(.int64, [.known(range.count)], elements: Array(input[range]))
  }
}
