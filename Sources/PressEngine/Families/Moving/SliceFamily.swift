internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A range of each axis, in whatever layout the tensor has.
struct SliceFamily: StepFamily {
  let attributes: Slice

  var kernel: String { "copy" }
  var layouts: LayoutRule { .following }
  var demanded: [Int] { [1, 2, 3, 4] }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  /// The elements taken along an axis.
  private struct Range {
    var start = 0
    var step = 1
    var count: Int

    /// The range that ONNX's bounds mean: negative ones count from the end, and those outside the
    /// axis are moved to its ends.
    init(start: Int, end: Int, step: Int, size: Int) {
      func place(_ bound: Int, _ lower: Int, _ upper: Int) -> Int {
        min(max(bound < 0 ? bound + size : bound, lower), upper)
      }
      let last = step > 0 ? size : size - 1
      self.step = step
      self.start = size == 0 ? 0 : place(start, 0, last)
      let stop = size == 0 ? 0 : place(end, step > 0 ? 0 : -1, last)
      let distance = step > 0 ? stop - self.start : self.start - stop
      count = distance <= 0 ? 0 : (distance - 1) / Int(clamping: step.magnitude) + 1
      // One element needs no step, however far it would go.
      if count <= 1 { self.step = 1 }
      if count == 0 { self.start = 0 }
    }

    init(all size: Int) { count = size }
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let ranges = try ranges(inputs, input.shape)
    let output = ValueForm(
      input.elementType, try makeShape(ranges.map(\.count)), input.layout)
    let physical = input.layout.physical(ranges)
    let strides = input.form.physicalDimensions.strides
    let dimensions = output.physicalDimensions
    guard output.shape.count > 0 else { return MoveStep([output], []) }
    let walk = try Walk(
      input.elementType, dimensions, source: zip(strides, physical).map { $0 * $1.step },
      from: zip(strides, physical).reduce(0) { $0 + $1.0 * $1.1.start },
      target: dimensions.strides)
    return MoveStep(output, walk, of: input)
  }

  private func ranges(_ inputs: [StepInput], _ shape: Shape) throws(ShapeProblem) -> [Range] {
    let isOld = attributes.starts != nil
    let starts = try inputs.integers(attributes.starts, or: 1, "starts")
    let ends = try inputs.integers(attributes.ends, or: 2, "ends")
    let given = isOld ? attributes.axes : try inputs.optionalIntegers(3, "axes")
    let axes = try shape.axes(given ?? Array(starts.indices))
    let steps = isOld ? nil : try inputs.optionalIntegers(4, "steps")
    guard starts.count == axes.count, ends.count == axes.count,
      steps?.count ?? axes.count == axes.count
    else {
      throw .mismatch(
        expected: "as many starts, ends, axes and steps",
        found: "\(starts.count), \(ends.count), \(axes.count), \(steps?.count ?? axes.count)")
    }
    var ranges = shape.dimensions.map(Range.init(all:))
    for (number, axis) in axes.enumerated() {
      let step = steps?[number] ?? 1
      guard step != 0 else { throw .mismatch(expected: "a step other than 0", found: "0") }
      ranges[axis] = Range(
        start: starts[number], end: ends[number], step: step, size: shape.dimensions[axis])
    }
    return ranges
  }
}
