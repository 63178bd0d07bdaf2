internal import PressGraph

/// How one axis is sampled at other positions.
struct ResizeAxis: Sendable {
  /// The axis, where it lies in memory.
  let place: Int
  /// Elements of the input and of the output.
  let input: Int
  let output: Int
  /// Output elements for each of the input, exactly.
  let scale: Double
  /// The first and the last position of the region that is sampled, as shares of the axis.
  let region: (start: Double, end: Double)

  /// Whether elements stay where they are.
  var isIdentity: Bool {
    input == output && abs(scale - 1) <= 1e-9 && region == (0, 1)
  }

  /// Where along the input an element of the output lies, counted in elements.
  func position(_ index: Int, _ coordinates: Resize.Coordinates) -> Double {
    let (x, size) = (Double(index), Double(input))
    let resized = scale * size
    let halfPixel = (x + 0.5) / scale - 0.5
    switch coordinates {
    case .halfPixel: return halfPixel
    case .halfPixelSymmetric: return size / 2 * (1 - Double(output) / resized) + halfPixel
    case .pytorchHalfPixel: return output == 1 ? 0 : halfPixel
    case .alignCorners: return resized == 1 ? 0 : x * (size - 1) / (resized - 1)
    case .asymmetric: return x / scale
    case .tfHalfPixelForNearest: return (x + 0.5) / scale
    case .tfCropAndResize:
      guard resized != 1 else { return (region.start + region.end) / 2 * (size - 1) }
      // Written so that a region that ends with the axis does so exactly.
      let weighted = region.start * (resized - 1 - x) + region.end * x
      return weighted * (size - 1) / (resized - 1)
    }
  }

  /// Whether a position of the sampled region lies outside of the input.
  func isOutside(_ position: Double) -> Bool {
    position < 0 || position > Double(input - 1)
  }

  /// The element nearest to a position.
  func nearest(_ position: Double, _ attributes: Resize) -> Int {
    let mode =
      attributes.takesOnlyScales && scale < 1 ? Resize.NearestMode.ceil : attributes.nearestMode
    let rounded =
      switch mode {
      case .roundPreferFloor: (position - 0.5).rounded(.up)
      case .roundPreferCeil: (position + 0.5).rounded(.down)
      case .floor: position.rounded(.down)
      case .ceil: position.rounded(.up)
      }
    return place(rounded)
  }

  /// A whole position as an element's place; the nearest one where it lies outside.
  private func place(_ position: Double) -> Int {
    Int(min(max(position, 0), Double(input - 1)))
  }

  /// How many elements on either side of a position are taken into account.
  func reach(_ attributes: Resize) -> Int {
    let reach = attributes.mode == .cubic ? 2.0 : 1
    return attributes.antialias && scale < 1 ? Int((reach / scale).rounded(.up)) : Int(reach)
  }

  /// The elements around a position, `2 * reach` of them, and the share that each one has.
  func taps(
    _ position: Double, _ attributes: Resize, reach: Int
  ) -> [(place: Int, weight: Double)] {
    let first = position.rounded(.down) - Double(reach - 1)
    let stretch = attributes.antialias ? min(scale, 1) : 1
    var taps: [(place: Int, weight: Double)] = []
    var sum = 0.0
    for offset in 0..<(2 * reach) {
      let element = first + Double(offset)
      var weight = attributes.weight(distance: (element - position) * stretch)
      if attributes.excludesOutside, isOutside(element) { weight = 0 }
      sum += weight
      taps.append((place(element), weight))
    }
    guard attributes.antialias || attributes.excludesOutside, sum != 0 else { return taps }
    return taps.map { ($0.place, $0.weight / sum) }
  }
}

extension Resize {
  /// The share of an element at a distance from the position that is sampled.
  fileprivate func weight(distance: Double) -> Double {
    let d = abs(distance)
    guard mode == .cubic else { return max(0, 1 - d) }
    let a = Double(cubicCoefficient)
    if d <= 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
  }
}
