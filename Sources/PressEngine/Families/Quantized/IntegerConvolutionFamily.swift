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
    let sizes = try Sizes(constant.shape, attributes)
    let bytes = try context.bytes(of: constant)
    let packed = sizes.packed(bytes.span, isSigned: constant.elementType == .int8)
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
    let window: WindowAttributes

    init(_ shape: Shape, _ attributes: Convolution) throws(PlanningProblem) {
      window = try WindowAttributes(attributes, weight: shape)
      groups = attributes.group
      columns = shape.dimensions[0] / groups
      channels = shape.dimensions[1]
    }

    func packed(_ elements: Span<UInt8>, isSigned: Bool) -> PackedIntegers {
      let taps = window.kernel.reduce(1, *)
      // A line of the window, where what it sees lies side by side.
      let isLine = groups == 1 && window.dilations.last == 1
      return PackedIntegers(
        elements, isSigned: isSigned, groups: groups, columns: columns, depth: taps * channels,
        order: .window(taps: taps, run: (isLine ? window.kernel.last ?? 1 : taps) * channels))
    }

    /// The convolution of an input (N, C, ...), and its output's shape.
    func layout(_ input: Shape) throws(ShapeProblem) -> (layout: IntegerLayout, output: Shape) {
      let axes = try window.axes(input)
      let (images, all) = (input.dimensions[0], groups * channels)
      guard input.dimensions[1] == all else {
        throw .mismatch(expected: "\(all) channels", found: "\(input)")
      }
      let output = try makeShape([images, groups * columns] + axes.map(\.output))
      guard
        let layout = IntegerLayout(
          images: images, groups: groups, channels: channels, columns: columns, axes: axes)
      else { throw .overflow }
      return (layout, output)
    }
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let form = weight.form(try inputs.required(slots.w, unless: weight))
    let sizes: Sizes
    do {
      sizes = try Sizes(form.shape, attributes)
    } catch {
      throw ShapeProblem(error)
    }
    let (layout, output) = try sizes.layout(inputs[slots.x].shape)
    try check(inputs, rows: sizes.groups * sizes.columns)
    return Step(
      slots: slots, weight: weight, sizes: sizes, isSigned: form.isSigned, layout: layout,
      types: inputs.map { $0.isAbsent ? nil : $0.elementType },
      values: QuantizedValues(slots, known: inputs),
      outputs: [ValueForm(slots.resultType(inputs), output, .channelsLast)])
  }

  private func check(_ inputs: [StepInput], rows: Int) throws(ShapeProblem) {
    func input(_ place: Int) -> StepInput { inputs.has(place) ? inputs[place] : .absent }
    try input(slots.xZero).expectCount([1], "a zero point")
    try input(slots.xZero).expectType(of: inputs[slots.x], "a zero point")
    try input(slots.wZero).expectCount([1, rows], "a zero point")
    if let scales = slots.scales {
      try inputs.required(scales.x).expectCount([1], "a scale")
      try inputs.required(scales.w).expectCount([1, rows], "a scale")
      try inputs.required(scales.y).expectCount([1], "a scale")
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
      let rows = sizes.groups * sizes.columns
      let terms = values.terms(
        slots, columns: rows, resultIsSigned: outputs[0].elementType == .int8)
      workspace.convolveIntegers(
        packed(operands, workspace), layout: layout, terms: terms,
        inputIsSigned: types[slots.x] == .int8,
        input: operands.inputs[slots.x], output: operands.outputs[0], scratch: operands.scratch)
    }

    private func packed(
      _ operands: StepOperands, _ workspace: borrowing Workspace
    ) -> PackedIntegers {
      if case .packed(let packed, _) = weight { return packed }
      return workspace.read(operands.inputs[slots.w], as: UInt8.self) {
        sizes.packed($0, isSigned: isSigned)
      }
    }
  }
}
