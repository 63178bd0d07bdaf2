extension NodeInference {
  /// The dimensions of the inputs at `places` broadcast as numpy does; `nil` if a rank is unknown.
  func broadcast(_ places: some Sequence<Int>) throws(GraphError) -> [Dimension]? {
    var result: [Dimension] = []
    for place in places {
      guard let next = self[place].dimensions else { return nil }
      result = try broadcast(result, next)
    }
    return result
  }

  /// Two shapes broadcast as numpy does.
  func broadcast(
    _ left: [Dimension], _ right: [Dimension]
  ) throws(GraphError) -> [Dimension] {
    let rank = max(left.count, right.count)
    var result: [Dimension] = []
    for axis in 0..<rank {
      let a = axis - rank + left.count
      let b = axis - rank + right.count
      guard a >= 0, b >= 0 else {
        result.append(a >= 0 ? left[a] : right[b])
        continue
      }
      guard let common = NodeInference.broadcast(left[a], right[b]) else {
        throw mismatch(
          expected: "shapes that broadcast together", found: "\(left.text) and \(right.text)")
      }
      result.append(common)
    }
    return result
  }

  /// Two sizes broadcast; `nil` if they do not fit.
  private static func broadcast(_ left: Dimension, _ right: Dimension) -> Dimension? {
    switch (left, right) {
    case (.known(1), _): right
    case (_, .known(1)): left
    case (.known(let a), .known(let b)): a == b ? left : nil
    case (.known, _): left
    case (_, .known): right
    default: left.common(with: right)
    }
  }

  /// The elements of an input repeated to known dimensions; `nil` where there are too many.
  func elements(of input: Inferred, as sizes: [Int]) -> [Dimension]? {
    guard let elements = input.elements, let own = input.dimensions?.allKnown,
      let count = sizes.map(Dimension.known).product.size, count <= Inferred.elementLimit
    else { return nil }
    if elements.count == count { return elements }
    if elements.count == 1 { return Array(repeating: elements[0], count: count) }
    let offset = sizes.count - own.count
    return (0..<count).map { position in
      var rest = position
      var index = 0
      var stride = 1
      for axis in sizes.indices.reversed() {
        let place = rest % sizes[axis]
        rest /= sizes[axis]
        guard axis >= offset else { continue }
        if own[axis - offset] != 1 { index += place * stride }
        stride *= own[axis - offset]
      }
      return elements[index]
    }
  }
}
