import PressTensor

extension NodeInference {
  /// Sizes that an input gives; throws if one is negative.
  private func sizes(from index: Int) throws(GraphError) -> [Dimension]? {
    guard let sizes = self[index].sizes else { return nil }
    guard sizes.allSatisfy({ $0.size ?? 0 >= 0 }) else {
      throw mismatch(expected: "sizes from 0 on", found: sizes.text)
    }
    return sizes
  }

  func expand() throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions, let target = try sizes(from: 1) else {
      return Inferred(self[0].elementType)
    }
    let output = try broadcast(input, target)
    return Inferred(
      self[0].elementType, output,
      elements: output.allKnown.flatMap { elements(of: self[0], as: $0) })
  }

  func tile() throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return Inferred(self[0].elementType) }
    guard let repeats = try sizes(from: 1) else {
      return Inferred(self[0].elementType, input.map { _ in .unknown })
    }
    guard repeats.count == input.count else {
      throw mismatch(expected: "\(input.count) repeats", found: repeats.text)
    }
    return Inferred(self[0].elementType, zip(input, repeats).map(*))
  }

  func constantOfShape(_ attributes: ConstantOfShape) throws(GraphError) -> Inferred {
    let value = attributes.value.flatMap { weights[$0] }.map(Inferred.init)
    let type = attributes.value == nil ? .float32 : value?.elementType
    let output = try sizes(from: 0)
    var result = Inferred(type, output)
    if let element = value?.elements?.first, let count = output?.product.size,
      count <= Inferred.elementLimit
    {
      result = Inferred(type, output, elements: Array(repeating: element, count: count))
    }
    return result
  }

  func range() -> Inferred {
    let type = self[0].elementType ?? self[1].elementType ?? self[2].elementType
    guard let start = self[0].integers?.first, let step = self[2].integers?.first, step != 0 else {
      return Inferred(type, [realCount ?? .unknown])
    }
    guard let end = self[1].integers?.first else {
      let limit = self[1].elements?.first ?? .unknown
      return Inferred(type, [start == 0 && step == 1 ? limit : .unknown])
    }
    let (distance, overflow) = end.subtractingReportingOverflow(start)
    guard !overflow, distance != .min, step != .min else { return Inferred(type, [.unknown]) }
    guard distance != 0, (distance > 0) == (step > 0) else { return Inferred(type, [.known(0)]) }
    let count = (abs(distance) - 1) / abs(step) + 1
    let elements =
      count <= Inferred.elementLimit
      ? (0..<count).map { Dimension.known(start + $0 * step) } : nil
    return Inferred(type, [.known(count)], elements: elements)
  }

  /// The number of elements of a Range of real numbers.
  private var realCount: Dimension? {
    guard let start = self[0].reals?.first, let end = self[1].reals?.first,
      let step = self[2].reals?.first
    else { return nil }
    return Dimension(max(((end - start) / step).rounded(.up), 0))
  }

  func pad(_ attributes: Pad) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return Inferred(self[0].elementType) }
    let unknown = Inferred(self[0].elementType, input.map { _ in .unknown })
    guard let pads = attributes.pads ?? self[1].integers else { return unknown }
    var places = Array(input.indices)
    if has(3) {
      guard let given = self[3].integers else { return unknown }
      places = try axes(given, of: input.count)
    }
    guard pads.count == 2 * places.count else {
      throw mismatch(expected: "\(2 * places.count) pads", found: "\(pads.count)")
    }
    var output = input
    for (index, place) in places.enumerated() {
      let size = input[place] + (.known(pads[index]) + .known(pads[index + places.count]))
      guard size.size ?? 0 >= 0 else {
        throw mismatch(expected: "pads that leave 0 or more of \(input.text)", found: "\(pads)")
      }
      output[place] = size
    }
    return Inferred(self[0].elementType, output)
  }
}
