internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A tensor sampled at other positions, axis after axis, in whatever layout it has.
struct ResizeFamily: StepFamily {
  let attributes: Resize

  var kernel: String { attributes.mode == .nearest ? "copy" : "weighted sums" }
  var layouts: LayoutRule { .following }
  var demanded: [Int] {
    if attributes.takesOnlyScales { return [1] }
    return attributes.coordinates == .tfCropAndResize ? [1, 2, 3] : [2, 3]
  }

  /// The most elements that all positions of an axis are made of.
  private static let tapLimit = 1 << 25

  func missing(for types: [ElementType?]) -> String? {
    guard attributes.mode != .nearest else { return types.first.flatMap(movable) }
    return accepted(Array(types.prefix(1)), NumberTypes.all)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let axes = try resizedAxes(inputs)
    var dimensions = input.shape.dimensions
    for axis in axes { dimensions[axis.place] = axis.output }
    let output = ValueForm(input.elementType, try makeShape(dimensions), input.layout)
    guard output.shape.count > 0 else { return MoveStep([output], []) }
    let changed = axes.filter { !$0.isIdentity }.map {
      ResizeAxis(
        place: input.layout.place(of: $0.place, rank: dimensions.count), input: $0.input,
        output: $0.output, scale: $0.scale, region: $0.region)
    }
    for axis in changed {
      guard axis.input > 0 else {
        throw .mismatch(expected: "elements to sample", found: "\(input.shape)")
      }
      let (taps, overflow) = axis.output.multipliedReportingOverflow(
        by: attributes.mode == .nearest ? 1 : 2 * axis.reach(attributes))
      guard !overflow, taps <= Self.tapLimit else { throw .overflow }
    }
    let outside = try OutsideFill(attributes, changed, output)
    return attributes.mode == .nearest
      ? try NearestStep.make(attributes, changed, input.form, output, outside)
      : try BlendStep(attributes, changed, input.form, output, outside)
  }

  /// All axes that the operands say something of; places are those of the shape.
  private func resizedAxes(_ inputs: [StepInput]) throws(ShapeProblem) -> [ResizeAxis] {
    let shape = try inputs.required(0).shape
    let axes = try shape.axes(attributes.axes ?? Array(0..<shape.rank))
    let regions = try regions(inputs, count: axes.count)
    let place = attributes.takesOnlyScales ? 1 : 2
    let scales = try inputs.optionalFloats(place, "scales") ?? []
    if !scales.isEmpty {
      guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .mismatch(expected: "\(axes.count) scales above 0", found: "\(scales)")
      }
      var resized: [ResizeAxis] = []
      for (number, axis) in axes.enumerated() {
        let size = shape.dimensions[axis]
        guard let output = Int(exactly: (Float(size) * scales[number]).rounded(.down)) else {
          throw .overflow
        }
        resized.append(
          ResizeAxis(
            place: axis, input: size, output: output, scale: Double(scales[number]),
            region: regions[number]))
      }
      return resized
    }
    let sizes = attributes.takesOnlyScales ? nil : try inputs.optionalIntegers(3, "sizes")
    guard let sizes, sizes.count == axes.count, sizes.allSatisfy({ $0 >= 0 }) else {
      throw .mismatch(
        expected: "\(axes.count) scales or sizes", found: "\(sizes ?? []) as sizes")
    }
    return try self.resizedAxes(axes, to: sizes, of: shape, regions)
  }

  /// Axes that get sizes, or where the ratio is kept the scale of one for all.
  private func resizedAxes(
    _ axes: [Int], to sizes: [Int], of shape: Shape, _ regions: [(start: Double, end: Double)]
  ) throws(ShapeProblem) -> [ResizeAxis] {
    let inputs = axes.map { shape.dimensions[$0] }
    guard zip(inputs, sizes).allSatisfy({ $0 > 0 || $1 == 0 }) else {
      throw .mismatch(expected: "elements to sample", found: "\(shape)")
    }
    let scales = zip(sizes, inputs).map { $1 == 0 ? 1 : Double($0) / Double($1) }
    let common: Double? =
      switch attributes.aspectRatioPolicy {
      case .stretch: nil
      case .notLarger: scales.min()
      case .notSmaller: scales.max()
      }
    return try axes.indices.map { (number) throws(ShapeProblem) in
      let scale = common ?? scales[number]
      let rounded = common.map { ($0 * Double(inputs[number]) + 0.5).rounded(.down) }
      guard let output = rounded.map({ Int(exactly: $0) }) ?? sizes[number] else {
        throw .overflow
      }
      return ResizeAxis(
        place: axes[number], input: inputs[number], output: output, scale: scale,
        region: regions[number])
    }
  }

  /// The region of each axis that is sampled: all of it, unless the coordinates say otherwise.
  private func regions(
    _ inputs: [StepInput], count: Int
  ) throws(ShapeProblem) -> [(start: Double, end: Double)] {
    guard attributes.coordinates == .tfCropAndResize else {
      return Array(repeating: (0, 1), count: count)
    }
    let known = inputs.has(1) ? inputs[1].known?.doubles : nil
    guard let known, known.count == 2 * count, known.allSatisfy({ abs($0) < 1e9 })
    else {
      throw .mismatch(expected: "a region of \(2 * count) numbers", found: "\(known ?? [])")
    }
    return (0..<count).map { (known[$0], known[count + $0]) }
  }
}
