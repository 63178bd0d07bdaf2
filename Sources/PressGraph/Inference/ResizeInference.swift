import PressTensor

extension NodeInference {
  func resize(_ attributes: Resize) throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return asInput }
    let places = try axes(attributes.axes ?? Array(input.indices), of: input.count)
    let scales = self[attributes.takesOnlyScales ? 1 : 2]
    var output = input
    for place in places { output[place] = .unknown }
    if !attributes.takesOnlyScales, has(3) {
      guard let sizes = self[3].sizes else { return Inferred(self[0].elementType, output) }
      try expectCount(sizes.count, "sizes", of: places)
      let resized = try self.sizes(sizes, of: places.map { input[$0] }, attributes)
      for (place, size) in zip(places, resized) { output[place] = size }
    } else if let factors = scales.reals {
      try expectCount(factors.count, "scales", of: places)
      let extents = try extents(of: places, attributes)
      for (index, place) in places.enumerated() {
        output[place] =
          extents.map { Dimension(input[place], $0[index], factors[index]) }
          ?? .unknown
      }
    }
    guard output.allSatisfy({ $0.size ?? 0 >= 0 }) else {
      throw mismatch(expected: "scales and sizes from 0 on", found: output.text)
    }
    return Inferred(self[0].elementType, output)
  }

  private func expectCount(
    _ count: Int, _ noun: String, of places: [Int]
  ) throws(GraphError) {
    guard count == places.count else {
      throw mismatch(expected: "\(places.count) \(noun)", found: "\(count)")
    }
  }

  /// The sizes that `sizes` ask for, under the policy on the ratio of the axes.
  private func sizes(
    _ sizes: [Dimension], of input: [Dimension], _ attributes: Resize
  ) throws(GraphError) -> [Dimension] {
    guard attributes.aspectRatioPolicy != .stretch else { return sizes }
    let unknown = sizes.map { _ in Dimension.unknown }
    guard let wanted = sizes.allKnown, let old = input.allKnown else { return unknown }
    let ratios = zip(wanted, old).map { Float($0) / Float($1) }
    let scale = attributes.aspectRatioPolicy == .notLarger ? ratios.min() : ratios.max()
    guard let scale, scale.isFinite else { return unknown }
    return old.map { Dimension(Double((scale * Float($0)).rounded())) ?? .unknown }
  }

  /// The share of each axis that is sampled: 1, or a region's; `nil` if only running tells.
  private func extents(
    of places: [Int], _ attributes: Resize
  ) throws(GraphError) -> [Float]? {
    guard attributes.coordinates == .tfCropAndResize else { return places.map { _ in 1 } }
    guard let region = self[1].reals else { return nil }
    try expectCount(region.count / 2, "region bounds on each side", of: places)
    return places.indices.map { Float(region[$0 + places.count]) - Float(region[$0]) }
  }
}

extension Dimension {
  /// A whole number; `nil` where it does not fit.
  init?(_ number: Double) {
    guard let size = Int(exactly: number.rounded(.towardZero)) else { return nil }
    self = .known(size)
  }

  /// A size times an extent and a scale, rounded down, computed in float32 as others do.
  fileprivate init(_ size: Dimension, _ extent: Float, _ scale: Double) {
    if extent == 1, scale == 1 {
      self = size
      return
    }
    let product = size.size.map { Double((Float($0) * extent * Float(scale)).rounded(.down)) }
    self = product.flatMap(Dimension.init) ?? .unknown
  }
}
