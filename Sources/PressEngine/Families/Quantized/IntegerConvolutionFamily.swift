internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A convolution of 8-bit integers over one to three spatial axes, channels last.
///
/// Sums are exact; they are the result, or are scaled to the result's scale and zero point.
struct IntegerConvolutionFamily: StepFamily {
  let attributes: Convolution
  let slots: QuantizedSlots
  let weight: IntegerWeight

  var kernel: String { "integer convolution" }
  var weightBytes: Int { weight.byteCount }
  var layouts: LayoutRule { .channelsLast([0]) }

  static func planned(
    _ operation: QuantizedConvolution, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let slots: QuantizedSlots = operation.kind == .integer ? .integer : .linear
    let attributes = operation.convolution
    guard context.isConstant(node, slots.w) else {
      return PlannedStep(
        IntegerConvolutionFamily(attributes: attributes, slots: slots, weight: .operand), node)
    }
    let constant = try context.requiredWeight(node, slots.w, "a weight")
    let sizes: Sizes
    do {
      sizes = try Sizes(constant.shape, attributes)
    } catch {
      throw PlanningProblem(error)
    }
    let packed = sizes.packed(
      try context.bytes(of: constant).span, isSigned: constant.elementType == .int8)
    return PlannedStep(
      IntegerConvolutionFamily(
        attributes: attributes, slots: slots, weight: .packed(packed, constant.shape)),
      operands: node.inputs(without: slots.w))
  }

  func missing(for types: [ElementType?]) -> String? { slots.missing(for: types) }

  /// What a weight's shape (groups * columns, channels, window) says.
  struct Sizes: Sendable {
    let groups: Int
    let columns: Int
    let channels: Int
    let window: [Int]

    init(_ shape: Shape, _ attributes: Convolution) throws(ShapeProblem) {
      let sizes = shape.dimensions
      guard (3...5).contains(sizes.count) else {
        throw .unsupported("\(max(sizes.count - 2, 0)) spatial axes rather than 1 to 3")
      }
      guard attributes.group > 0, sizes[0] % attributes.group == 0 else {
        throw .mismatch(
          expected: "output channels that \(attributes.group) groups divide", found: "\(sizes[0])")
      }
      groups = attributes.group
      columns = sizes[0] / groups
      channels = sizes[1]
      window = Array(sizes[2...])
      guard attributes.kernelShape ?? window == window, window.allSatisfy({ $0 > 0 }) else {
        throw .mismatch(expected: "kernel_shape \(window)", found: "\(attributes.kernelShape ?? [])")
      }
    }

    func packed(_ elements: Span<UInt8>, isSigned: Bool) -> PackedIntegers {
      let taps = window.reduce(1, *)
      return PackedIntegers(
        elements, isSigned: isSigned, groups: groups, columns: columns, depth: taps * channels,
        order: .window(taps: taps))
    }
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let form = weight.form(inputs[slots.w])
    let sizes = try Sizes(form.shape, attributes)
    let input = inputs[slots.x].shape.dimensions
    let channels = try makeShape([sizes.groups, sizes.channels]).count
    guard input.count == sizes.window.count + 2, input[1] == channels else {
      throw .mismatch(expected: "Nx\(channels)x... of rank \(sizes.window.count + 2)",
        found: "\(inputs[slots.x].shape)")
    }
    let axes = try windowAxes(attributes, window: sizes.window, input: Array(input[2...]))
    let rows = sizes.groups * sizes.columns
    let output = try makeShape([input[0], rows] + axes.map(\.output))
    try check(inputs, rows: rows)
    guard
      let layout = IntegerLayout(
        images: input[0], groups: sizes.groups, channels: sizes.channels, columns: sizes.columns,
        axes: axes)
    else { throw .overflow }
    let type = slots.resultType(inputs)
    let values = QuantizedValues(slots, known: inputs)
    return Step(
      slots: slots, weight: weight, sizes: sizes, isSigned: form.isSigned, layout: layout,
      types: inputs.map { $0.isAbsent ? nil : $0.elementType }, values: values,
      outputs: [ValueForm(type, output, .channelsLast)])
  }

  private func check(_ inputs: [StepInput], rows: Int) throws(ShapeProblem) {
    func input(_ place: Int) -> StepInput { place < inputs.count ? inputs[place] : .absent }
    try input(slots.xZero).expectCount([1], "a zero point")
    try input(slots.xZero).expectType(of: inputs[slots.x], "a zero point")
    try input(slots.wZero).expectCount([1, rows], "a zero point")
    if let scales = slots.scales {
      try input(scales.x).expectCount([1], "a scale")
      try input(scales.w).expectCount([1, rows], "a scale")
      try input(scales.y).expectCount([1], "a scale")
      try input(scales.yZero).expectCount([1], "a zero point")
    }
    if let bias = slots.bias { try input(bias).expectCount([rows], "a bias") }
  }

  private struct Step: ScheduledStep {
    let slots: QuantizedSlots
    let weight: IntegerWeight
    let sizes: Sizes
    let isSigned: Bool
    let layout: IntegerLayout
    let types: [ElementType?]
    /// Zero points and scales, where they are known before the run.
    let values: QuantizedValues?
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let values =
        values ?? QuantizedValues(slots, operands.inputs, types, in: workspace)
      let packed: PackedIntegers =
        switch weight {
        case .packed(let packed, _): packed
        case .operand:
          workspace.read(operands.inputs[slots.w], as: UInt8.self) {
            sizes.packed($0, isSigned: isSigned)
          }
        }
      let rows = sizes.groups * sizes.columns
      let terms = values.terms(slots, columns: rows, resultIsSigned: outputs[0].elementType == .int8)
      workspace.convolveIntegers(
        packed, layout: layout, terms: terms, inputIsSigned: types[slots.x] == .int8,
        input: operands.inputs[slots.x], output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}
