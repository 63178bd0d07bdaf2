import PressTensor

extension NodeInference {
  func concat(_ attributes: Concat) throws(GraphError) -> Inferred {
    let type = inputs.lazy.compactMap(\.elementType).first
    guard let first = inputs.lazy.compactMap(\.dimensions).first else { return Inferred(type) }
    let axis = try existingAxis(attributes.axis, of: first)
    var output = first
    output[axis] = .known(0)
    for input in inputs {
      guard let dimensions = input.dimensions else {
        output[axis] = .unknown
        continue
      }
      guard dimensions.count == first.count, fit(dimensions, output, but: axis) else {
        throw mismatch(
          expected: "shapes that differ only in axis \(axis)",
          found: "\(first.text) and \(dimensions.text)")
      }
      for place in output.indices {
        output[place] =
          place == axis
          ? output[place] + dimensions[place] : output[place].merged(with: dimensions[place])
      }
    }
    let parts = inputs.compactMap(\.elements)
    let isWhole = first.count == 1 && parts.count == inputs.count
    return Inferred(type, output, elements: isWhole ? Array(parts.joined()) : nil)
  }

  private func fit(_ left: [Dimension], _ right: [Dimension], but axis: Int) -> Bool {
    left.indices.allSatisfy { place in
      guard place != axis, let a = left[place].size, let b = right[place].size else { return true }
      return a == b
    }
  }

  func split(_ attributes: Split) throws(GraphError) -> [Inferred] {
    let count = node.outputs.count
    guard let input = self[0].dimensions else {
      return Array(repeating: Inferred(self[0].elementType), count: count)
    }
    let axis = try existingAxis(attributes.axis, of: input)
    let sizes = try partSizes(attributes, of: input[axis], count: count)
    var start = 0
    var outputs: [Inferred] = []
    for size in sizes {
      var output = input
      output[axis] = size
      var part = Inferred(self[0].elementType, output)
      if input.count == 1, let elements = self[0].elements, let length = size.size,
        length <= elements.count - start
      {
        part = Inferred(
          self[0].elementType, output, elements: Array(elements[start..<(start + length)]))
        start += length
      }
      outputs.append(part)
    }
    return outputs
  }

  /// The sizes of the parts along the axis that is cut.
  private func partSizes(
    _ attributes: Split, of whole: Dimension, count: Int
  ) throws(GraphError) -> [Dimension] {
    let unknown = Array(repeating: Dimension.unknown, count: count)
    if attributes.sizes != nil || has(1) {
      guard let sizes = attributes.sizes ?? self[1].integers else { return unknown }
      let sum = sizes.map(Dimension.known).reduce(.known(0), +)
      guard sizes.count == count, sizes.allSatisfy({ $0 >= 0 }), sum.size != nil,
        whole.size == nil || whole == sum
      else {
        throw mismatch(expected: "\(count) sizes that sum to \(whole)", found: "\(sizes)")
      }
      return sizes.map(Dimension.known)
    }
    guard let size = whole.size, count > 0 else { return unknown }
    let each = size / count + (size % count == 0 ? 0 : 1)
    let last = size - each * (count - 1)
    guard last >= 0 else {
      throw mismatch(expected: "\(count) parts", found: "size \(size)")
    }
    return Array(repeating: .known(each), count: count - 1) + [.known(last)]
  }
}
