import PressTensor

extension NodeInference {
  func gather(_ attributes: Gather) throws(GraphError) -> Inferred {
    let data = self[0]
    let indices = self[1]
    guard let input = data.dimensions else { return Inferred(data.elementType) }
    let axis = try existingAxis(attributes.axis, of: input)
    guard let picked = indices.dimensions else { return Inferred(data.elementType) }
    let output = input[..<axis] + picked + input[(axis + 1)...]
    guard input.count == 1, let elements = data.elements, let places = indices.integers else {
      return Inferred(data.elementType, Array(output))
    }
    return Inferred(
      data.elementType, Array(output), elements: try self.elements(elements, at: places))
  }

  func slice(_ attributes: Slice) throws(GraphError) -> Inferred {
    let data = self[0]
    guard let input = data.dimensions else { return Inferred(data.elementType) }
    let isOld = attributes.starts != nil
    let starts = attributes.starts.map { $0.map(Dimension.known) } ?? self[1].sizes
    let ends = attributes.ends.map { $0.map(Dimension.known) } ?? self[2].sizes
    guard let starts, let ends, let places = try slicedAxes(attributes, starts.count, input) else {
      return Inferred(data.elementType, input.map { _ in .unknown })
    }
    let ones = starts.map { _ in Dimension.known(1) }
    let steps = isOld || !has(3 + 1) ? ones : self[4].sizes ?? starts.map { _ in .unknown }
    guard starts.count == places.count, ends.count == places.count, steps.count == places.count
    else {
      throw mismatch(
        expected: "as many starts, ends, axes and steps",
        found: "\(starts.count), \(ends.count), \(places.count) and \(steps.count)")
    }
    var output = input
    var elements = input.count == 1 ? data.elements : nil
    for (index, place) in places.enumerated() {
      guard steps[index] != .known(0) else {
        throw mismatch(expected: "a step other than 0", found: "0")
      }
      let range = SliceRange(
        start: starts[index], end: ends[index], step: steps[index], size: input[place])
      output[place] = range.count
      elements = elements.flatMap(range.picked)
    }
    return Inferred(data.elementType, output, elements: elements)
  }

  /// The axes that are sliced; `nil` if only running tells.
  private func slicedAxes(
    _ attributes: Slice, _ count: Int, _ input: [Dimension]
  ) throws(GraphError) -> [Int]? {
    if attributes.starts == nil, has(3) {
      return try self[3].integers.map { (given) throws(GraphError) in
        try axes(given, of: input.count)
      }
    }
    return try axes(attributes.axes ?? Array(0..<count), of: input.count)
  }
}

/// The elements that a slice takes along one axis.
private struct SliceRange {
  let start: Dimension
  let end: Dimension
  let step: Dimension
  let size: Dimension

  /// The range with its bounds inside an axis of known size.
  private var bounds: (start: Int, end: Int, step: Int)? {
    guard let start = start.size, let end = end.size, let step = step.size,
      let size = size.size, step != .min
    else { return nil }
    func place(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
      min(max(bound < 0 ? bound + size : bound, range.lowerBound), range.upperBound)
    }
    guard step < 0 else { return (place(start, 0...size), place(end, 0...size), step) }
    guard size > 0 else { return (0, 0, step) }
    return (place(start, 0...(size - 1)), place(end, -1...(size - 1)), step)
  }

  /// The number of elements taken.
  var count: Dimension {
    if start == .known(0), step == .known(1) {
      if end == size { return size }
      if let end = end.size, end >= Int(Int32.max), size.size == nil { return size }
    }
    guard let (start, end, step) = bounds else { return .unknown }
    let distance = step > 0 ? end - start : start - end
    return .known(distance <= 0 ? 0 : (distance - 1) / abs(step) + 1)
  }

  /// The elements taken.
  func picked(from elements: [Dimension]) -> [Dimension]? {
    guard let (start, _, step) = bounds, let count = count.size, size == .known(elements.count)
    else { return nil }
    return (0..<count).map { elements[start + $0 * step] }
  }
}
