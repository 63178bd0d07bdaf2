internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Elements reduced along some axes, which an attribute or the second operand gives.
struct ReductionFamily: StepFamily {
  let attributes: Reduction

  var kernel: String { "reduction, \(attributes.kind)" }
  var demanded: [Int] { [1] }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types.prefix(1) where !attributes.kind.kernel.supports(type) {
      return "an operand of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    let rank = input.shape.rank
    var axes = try inputs.optionalIntegers(1, "axes") ?? attributes.axes ?? []
    if axes.isEmpty {
      if attributes.keepsAllWithoutAxes { return identity(input) }
      axes = Array(0..<rank)
    }
    let places = try Set(axes.map { (axis) throws(ShapeProblem) in try input.axis(axis) })
    var sizes: [Int] = []
    for (axis, size) in input.shape.dimensions.enumerated() {
      if !places.contains(axis) {
        sizes.append(size)
      } else if attributes.keepsAxes {
        sizes.append(1)
      }
    }
    let output = ValueForm(input.elementType, try makeShape(sizes))
    if let layout = AxisLayout(shape: input.shape.dimensions, axes: places) {
      return Step(kind: attributes.kind.kernel, moving: nil, layout: layout, outputs: [output])
    }
    // Reduced axes that lie apart are brought together first.
    let order = (0..<rank).filter { !places.contains($0) } + places.sorted()
    let moved = order.map { input.shape.dimensions[$0] }
    guard let moving = CopyLayout(transposing: input.shape.dimensions, by: order) else {
      throw .unsupported("more than 8 axes")
    }
    let layout = AxisLayout(shape: moved, axes: (rank - places.count)..<rank)
    return Step(kind: attributes.kind.kernel, moving: moving, layout: layout, outputs: [output])
  }

  /// Without axes nothing is reduced, but every element is still summed up alone.
  private func identity(_ input: StepInput) -> any ScheduledStep {
    let count = input.shape.count
    return Step(
      kind: attributes.kind.kernel, moving: nil,
      layout: AxisLayout(outer: count, axis: 1, inner: 1), outputs: [input.form])
  }

  private struct Step: ScheduledStep {
    let kind: ReductionKernel
    /// How the reduced axes become the last ones; `nil` where they lie side by side.
    let moving: CopyLayout?
    let layout: AxisLayout
    let outputs: [ValueForm]

    private var width: Int { outputs[0].elementType.byteWidth ?? 1 }
    var scratchBytes: Int { moving == nil ? 0 : layout.count * width }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      var input = operands.inputs[0]
      if let moving {
        let slice = ArenaSlice(offset: operands.scratch.offset, byteCount: scratchBytes)
        workspace.copy(width: width, layout: moving, input: input, output: slice)
        input = .slice(slice)
      }
      workspace.reduce(
        kind, type: outputs[0].elementType, layout: layout, input: input,
        output: operands.outputs[0])
    }
  }
}

extension Reduction.Kind {
  /// The kernel for it.
  var kernel: ReductionKernel {
    switch self {
    case .l1: .l1
    case .l2: .l2
    case .logSum: .logSum
    case .logSumExp: .logSumExp
    case .max: .max
    case .mean: .mean
    case .min: .min
    case .product: .prod
    case .sum: .sum
    case .sumOfSquares: .sumSquare
    }
  }
}

extension StepInput {
  /// An axis counted from the front.
  func axis(_ axis: Int) throws(ShapeProblem) -> Int {
    let place = axis < 0 ? axis + shape.rank : axis
    guard shape.dimensions.indices.contains(place) else {
      throw .mismatch(expected: "an axis of \(shape.rank)", found: "axis \(axis)")
    }
    return place
  }
}
