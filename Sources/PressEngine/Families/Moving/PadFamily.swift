internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Elements put around a tensor, or taken away, in whatever layout it has.
struct PadFamily: StepFamily {
  let mode: Pad.Mode
  let pads: [Int]?
  let value: Float

  var kernel: String { "copy" }
  var layouts: LayoutRule { .following }
  var demanded: [Int] { [1, 3] }

  init(_ attributes: Pad) {
    mode = attributes.mode
    pads = attributes.pads
    value = attributes.value
  }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let pads = try pads(of: inputs)
    var dimensions: [Int] = []
    for (size, pad) in zip(input.shape.dimensions, pads) {
      let sum = try size.plus(pad.begin).plus(pad.end)
      guard sum >= 0 else {
        throw .mismatch(expected: "pads that leave 0 or more of \(input.shape)", found: "\(pads)")
      }
      dimensions.append(sum)
    }
    let output = ValueForm(input.elementType, try makeShape(dimensions), input.layout)
    guard output.shape.count > 0 else { return MoveStep([output], []) }
    var parts: [MoveStep.Part] = []
    if mode == .constant, pads.contains(where: { $0.begin > 0 || $0.end > 0 }) {
      parts.append(try filling(output, inputs))
    }
    var runs: [[PadRun]] = []
    for (size, pad) in zip(input.form.physicalDimensions, input.layout.physical(pads)) {
      runs.append(try PadRun.runs(mode, size: size, begin: pad.begin, end: pad.end))
    }
    for walk in try walks(runs, input.form, output) {
      parts.append(MoveStep.Part(source: .input(0), output: 0, walk: walk))
    }
    return MoveStep([output], parts)
  }

  /// What is put before and behind each axis.
  private func pads(
    of inputs: [StepInput]
  ) throws(ShapeProblem) -> [(begin: Int, end: Int)] {
    let shape = try inputs.required(0).shape
    let given = try inputs.integers(pads, or: 1, "pads")
    let named = pads == nil ? try inputs.optionalIntegers(3, "axes") : nil
    let axes = try shape.axes(named ?? Array(0..<shape.rank))
    guard given.count == 2 * axes.count else {
      throw .mismatch(expected: "\(2 * axes.count) pads", found: "\(given.count)")
    }
    var pads = [(begin: Int, end: Int)](repeating: (0, 0), count: shape.rank)
    for (number, axis) in axes.enumerated() {
      pads[axis] = (given[number], given[axes.count + number])
    }
    return pads
  }

  /// The value everywhere.
  private func filling(
    _ output: ValueForm, _ inputs: [StepInput]
  ) throws(ShapeProblem) -> MoveStep.Part {
    let walk = try Walk(filling: output.shape.count, output.elementType)
    if pads == nil, inputs.has(2) {
      guard inputs[2].elementType == output.elementType, inputs[2].shape.count == 1 else {
        throw .mismatch(
          expected: "one value of type \(output.elementType.name)",
          found: "\(inputs[2].elementType.name) \(inputs[2].shape)")
      }
      return MoveStep.Part(source: .input(2), output: 0, walk: walk)
    }
    let bytes = (pads == nil ? 0 : value).bytes(of: output.elementType)
    return MoveStep.Part(source: .constant(AlignedBuffer(bytes)), output: 0, walk: walk)
  }

  /// A walk for each combination of runs along the axes.
  private func walks(
    _ runs: [[PadRun]], _ input: ValueForm, _ output: ValueForm
  ) throws(ShapeProblem) -> [Walk] {
    guard try makeShape(runs.map(\.count)).count <= PadRun.limit else {
      throw .unsupported("a tensor repeated so often: \(runs.map(\.count))")
    }
    let source = input.physicalDimensions.strides
    let target = output.physicalDimensions.strides
    var combinations: [[PadRun]] = [[]]
    for axis in runs {
      combinations = combinations.flatMap { outer in axis.map { outer + [$0] } }
    }
    return try combinations.map { (runs) throws(ShapeProblem) in
      try Walk(
        output.elementType, runs.map(\.count), source: zip(runs, source).map { $0.step * $1 },
        from: zip(runs, source).reduce(0) { $0 + $1.0.source * $1.1 }, target: target,
        to: zip(runs, target).reduce(0) { $0 + $1.0.target * $1.1 })
    }
  }
}

/// A part of an axis whose elements come from evenly spaced ones: forwards, backwards or all from one.
struct PadRun {
  /// The first element's place before and after.
  let source: Int
  let target: Int
  let count: Int
  let step: Int

  /// The most runs that a step may have.
  static let limit = 1 << 14

  /// The runs of an axis with elements put before and behind it; negative numbers take away.
  static func runs(
    _ mode: Pad.Mode, size: Int, begin: Int, end: Int
  ) throws(ShapeProblem) -> [PadRun] {
    let first = Int(clamping: begin < 0 ? begin.magnitude : 0)
    let last = Int(clamping: end < 0 ? end.magnitude : 0)
    let kept = first < size ? max(0, size - first - last) : 0
    let (before, behind) = (max(0, begin), max(0, end))
    if mode == .constant {
      // Where nothing is kept, places may be anywhere.
      guard kept > 0 else { return [PadRun(source: 0, target: 0, count: 0, step: 1)] }
      return [PadRun(source: first, target: before, count: kept, step: 1)]
    }
    guard before + behind == 0 || kept > 0 else {
      throw .mismatch(expected: "elements to repeat", found: "none of \(size)")
    }
    if mode == .edge || kept == 1 {
      return [
        PadRun(source: first, target: 0, count: before, step: 0),
        PadRun(source: first, target: before, count: kept, step: 1),
        PadRun(source: first + kept - 1, target: before + kept, count: behind, step: 0),
      ].filter { $0.count > 0 }
    }
    let total = before + kept + behind
    guard total / max(kept - 1, 1) < limit else {
      throw .unsupported("a tensor repeated so often: \(total) from \(kept) elements")
    }
    var runs: [PadRun] = []
    var target = 0
    while target < total {
      let run = next(mode, kept: kept, position: target - before)
      let count = min(run.count, total - target)
      runs.append(
        PadRun(source: first + run.source, target: target, count: count, step: run.step))
      target += count
    }
    return runs
  }

  /// The run that starts at a position, counted from the first of `kept` elements, at least two.
  private static func next(
    _ mode: Pad.Mode, kept: Int, position: Int
  ) -> (source: Int, count: Int, step: Int) {
    let period = mode == .wrap ? kept : 2 * (kept - 1)
    let place = (position % period + period) % period
    // Elements run forwards to the last one, and where mirrored then back to the second.
    guard place >= kept else { return (place, kept - place, 1) }
    return (period - place, period - place, -1)
  }
}

extension Int {
  /// The sum of two sizes.
  fileprivate func plus(_ other: Int) throws(ShapeProblem) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else { throw .overflow }
    return sum
  }
}
