internal import PressGraph
internal import PressKernels
internal import PressTensor

/// One value wherever a sampled region reaches beyond the input.
struct OutsideFill: Sendable {
  private let value: AlignedBuffer<UInt8>
  private let walks: [Walk]

  /// The parts of an output whose positions along some axis lie outside.
  init(
    _ attributes: Resize, _ axes: [ResizeAxis], _ output: ValueForm
  ) throws(ShapeProblem) {
    value = AlignedBuffer(attributes.extrapolationValue.bytes(of: output.elementType))
    guard attributes.coordinates == .tfCropAndResize else {
      walks = []
      return
    }
    let sizes = output.physicalDimensions
    var walks: [Walk] = []
    for axis in axes {
      let flags = (0..<axis.output).map {
        axis.isOutside(axis.position($0, attributes.coordinates))
      }
      for range in flags.runs {
        var part = sizes
        part[axis.place] = range.count
        walks.append(
          try Walk(
            output.elementType, part, source: sizes.map { _ in 0 }, target: sizes.strides,
            to: range.lowerBound * sizes.strides[axis.place]))
      }
    }
    self.walks = walks
  }

  func run(in workspace: inout Workspace, on output: ArenaSlice) {
    for walk in walks { walk.run(in: &workspace, from: .bytes(value), to: output) }
  }
}

extension [Bool] {
  /// The ranges in which all are true.
  fileprivate var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for (index, isTrue) in enumerated() where isTrue {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<(index + 1)
      } else {
        runs.append(index..<(index + 1))
      }
    }
    return runs
  }
}

/// Sizes of an array on its way through passes that each change one axis.
private struct Passes {
  /// The dimensions before the first pass and after each.
  var dimensions: [[Int]]

  init(_ input: [Int], _ axes: [ResizeAxis]) {
    dimensions = [input]
    for axis in axes {
      var next = dimensions[dimensions.count - 1]
      next[axis.place] = axis.output
      dimensions.append(next)
    }
  }

  /// The sizes of the axes before and behind a pass's own.
  func around(_ number: Int, _ axis: ResizeAxis) -> (outer: Int, inner: Int) {
    let sizes = dimensions[number]
    return (sizes[..<axis.place].reduce(1, *), sizes[(axis.place + 1)...].reduce(1, *))
  }

  /// The elements before the first pass, and after each.
  func counts() throws(ShapeProblem) -> [Int] {
    let counts = try dimensions.map { (sizes) throws(ShapeProblem) in try makeShape(sizes).count }
    // Two of them fit into scratch memory, whatever the width of elements.
    guard counts.allSatisfy({ $0 <= Int.max / 64 }) else { throw .overflow }
    return counts
  }
}

/// The nearest elements: entries picked along one axis after the other.
struct NearestStep: ScheduledStep {
  let outputs: [ValueForm]
  let scratchBytes: Int
  private let passes: [(outer: Int, size: Int, inner: Int, places: Constant)]
  private let half: Int
  private let outside: OutsideFill

  /// One copy where the places along all axes are evenly spaced, or else passes.
  static func make(
    _ attributes: Resize, _ axes: [ResizeAxis], _ input: ValueForm, _ output: ValueForm,
    _ outside: OutsideFill
  ) throws(ShapeProblem) -> any ScheduledStep {
    let tables = axes.map { axis in
      (0..<axis.output).map {
        axis.nearest(axis.position($0, attributes.coordinates), attributes)
      }
    }
    if let walk = try walk(axes, tables, input, output) {
      return WalkStep(outputs: [output], walk: walk, outside: outside)
    }
    return try NearestStep(axes, tables, input, output, outside)
  }

  private init(
    _ axes: [ResizeAxis], _ tables: [[Int]], _ input: ValueForm, _ output: ValueForm,
    _ outside: OutsideFill
  ) throws(ShapeProblem) {
    let steps = Passes(input.physicalDimensions, axes)
    let counts = try steps.counts()
    let width = input.elementType.byteWidth ?? 1
    outputs = [output]
    passes = axes.indices.map { number in
      let around = steps.around(number, axes[number])
      return (
        around.outer, axes[number].input, around.inner * width, Constant(integers: tables[number])
      )
    }
    half = (counts.dropFirst().dropLast().max() ?? 0).aligned(width)
    scratchBytes = 2 * half
    self.outside = outside
  }

  /// One walk for all axes; `nil` if places are not evenly spaced.
  private static func walk(
    _ axes: [ResizeAxis], _ tables: [[Int]], _ input: ValueForm, _ output: ValueForm
  ) throws(ShapeProblem) -> Walk? {
    let (from, to) = (input.physicalDimensions, output.physicalDimensions)
    var (sizes, source, target, first) = ([Int](), [Int](), [Int](), 0)
    for (place, size) in to.enumerated() {
      let (x, y) = (from.strides[place], to.strides[place])
      guard let number = axes.firstIndex(where: { $0.place == place }) else {
        (sizes, source, target) = (sizes + [size], source + [x], target + [y])
        continue
      }
      let table = tables[number]
      first += table[0] * x
      let repeats = table.prefix { $0 == table[0] }.count
      let step = repeats < size ? table[repeats] - table[0] : 0
      let isEven =
        size % repeats == 0
        && table.indices.allSatisfy { table[$0] == table[0] + $0 / repeats * step }
      guard isEven else { return nil }
      sizes += [size / repeats, repeats]
      source += [step * x, 0]
      target += [repeats * y, y]
    }
    return try Walk(output.elementType, sizes, source: source, from: first, target: target)
  }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    var source = operands.inputs[0]
    for (number, pass) in passes.enumerated() {
      let bytes = pass.outer * pass.places.shape.count * pass.inner
      let isLast = number == passes.count - 1
      let target =
        isLast ? operands.outputs[0] : operands.scratch.part(number % 2 * half, bytes)
      _ = workspace.gather(
        outer: pass.outer, size: pass.size, inner: pass.inner, count: pass.places.shape.count,
        indices: .bytes(pass.places.bytes), input: source, output: target)
      source = .slice(target)
    }
    outside.run(in: &workspace, on: operands.outputs[0])
  }

  /// One copy of all elements.
  private struct WalkStep: ScheduledStep {
    let outputs: [ValueForm]
    let walk: Walk
    let outside: OutsideFill

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      walk.run(in: &workspace, from: operands.inputs[0], to: operands.outputs[0])
      outside.run(in: &workspace, on: operands.outputs[0])
    }
  }
}

/// Weighted sums along one axis after the other, in float32 or, for wider numbers, float64.
struct BlendStep: ScheduledStep {
  let outputs: [ValueForm]
  let scratchBytes: Int
  private let passes: [Blend]
  private let half: Int
  private let input: ValueForm
  /// The type to compute in.
  private let type: ElementType
  private let outside: OutsideFill

  init(
    _ attributes: Resize, _ axes: [ResizeAxis], _ input: ValueForm, _ output: ValueForm,
    _ outside: OutsideFill
  ) throws(ShapeProblem) {
    // Axes that shrink come first. Of those that grow the inner ones do, so that most sums are
    // of whole rows.
    let ordered =
      axes.filter { $0.scale < 1 }.sorted { $0.place < $1.place }
      + axes.filter { $0.scale >= 1 }.sorted { $0.place > $1.place }
    let steps = Passes(input.physicalDimensions, ordered)
    let counts = try steps.counts()
    type =
      [.int32, .int64, .uint32, .uint64, .float64].contains(input.elementType)
      ? .float64 : .float32
    outputs = [output]
    self.input = input
    self.outside = outside
    passes = ordered.enumerated().map { number, axis in
      let around = steps.around(number, axis)
      let reach = axis.reach(attributes)
      return Blend(
        outer: around.outer, input: axis.input, inner: around.inner, taps: 2 * reach,
        entries: (0..<axis.output).lazy.flatMap {
          axis.taps(axis.position($0, attributes.coordinates), attributes, reach: reach)
        })
    }
    half = (counts.max() ?? 0).aligned(type.byteWidth ?? 8)
    scratchBytes = 2 * half
  }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    let width = type.byteWidth ?? 8
    var source = operands.inputs[0]
    var place = 0
    func next(_ count: Int) -> ArenaSlice {
      place = half - place
      return operands.scratch.part(place, count * width)
    }
    let isDirect = input.elementType == type
    if !isDirect {
      let target = next(input.shape.count)
      workspace.cast(
        from: input.elementType, to: type, count: input.shape.count, input: source,
        output: target)
      source = .slice(target)
    }
    for (number, pass) in passes.enumerated() {
      let isLast = isDirect && number == passes.count - 1
      let target = isLast ? operands.outputs[0] : next(pass.count)
      workspace.blend(pass, isDouble: type == .float64, input: source, output: target)
      source = .slice(target)
    }
    finish(source, in: &workspace, operands)
    outside.run(in: &workspace, on: operands.outputs[0])
  }

  /// Brings the result into its type; integers are rounded.
  private func finish(
    _ source: Operand, in workspace: inout Workspace, _ operands: StepOperands
  ) {
    let output = operands.outputs[0]
    guard input.elementType != type else {
      return workspace.copyAll(from: source, to: output)
    }
    let count = outputs[0].shape.count
    if case .slice(let slice) = source, input.elementType.isIntegral {
      workspace.map(.round, type: type, count: count, input: source, output: slice)
    }
    workspace.cast(
      from: type, to: input.elementType, count: count, input: source, output: output)
  }
}

extension Int {
  /// The bytes of so many elements, rounded up so that a slice may start behind them.
  fileprivate func aligned(_ width: Int) -> Int {
    (self * width + Arena.alignment - 1) / Arena.alignment * Arena.alignment
  }
}
