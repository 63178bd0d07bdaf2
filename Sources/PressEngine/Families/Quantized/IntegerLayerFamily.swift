internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A convolution, channels last, or a matrix product between dequantized operands, on the integers
/// themselves.
struct IntegerLayerFamily: StepFamily {
  let kind: Kind
  let weight: PackedIntegers
  let terms: IntegerTerms
  let inputIsSigned: Bool
  let resultType: ElementType

  /// What the layer is besides its weight.
  enum Kind: Sendable {
    case convolution(IntegerConvolutionFamily.Sizes)
    /// A product, of any number of leading axes where it is batched.
    case product(isBatched: Bool)
  }

  var reason: String {
    terms.result?.shifts == nil
      ? "quantized pair run in integers" : "quantized pair run in integers and shifts"
  }
  var weightBytes: Int { weight.byteCount }

  var kernel: String {
    if case .product = kind { "integer product" } else { "integer convolution" }
  }

  var layouts: LayoutRule {
    if case .product = kind { .plain } else { .channelsLast([0]) }
  }

  /// The family of a group whose node takes the integers that the layer's input is made of.
  static func planned(
    _ group: IntegerGroup, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let holder = Node(inputs: [group.weight], outputs: [], operation: node.operation)
    let constant = try context.requiredWeight(holder, 0, "a weight")
    let bytes = try context.bytes(of: constant)
    let isSigned = constant.elementType == .int8
    let (kind, packed): (Kind, PackedIntegers)
    switch group.layer {
    case .convolution(let attributes):
      let sizes = try IntegerConvolutionFamily.Sizes(constant.shape, attributes)
      (kind, packed) = (.convolution(sizes), sizes.packed(bytes.span, isSigned: isSigned))
    case .product(let isTransposed, let isBatched):
      let sizes = constant.shape.dimensions
      let (columns, depth) = isTransposed ? (sizes[0], sizes[1]) : (sizes[1], sizes[0])
      packed = PackedIntegers(
        bytes.span, isSigned: isSigned, columns: columns, depth: depth,
        order: isTransposed ? .window(taps: 1, run: depth) : .matrix)
      kind = .product(isBatched: isBatched)
    }
    let family = IntegerLayerFamily(
      kind: kind, weight: packed, terms: group.terms, inputIsSigned: group.inputIsSigned,
      resultType: group.resultType)
    return PlannedStep(family, node)
  }

  private var inputType: ElementType { inputIsSigned ? .int8 : .uint8 }

  func missing(for types: [ElementType?]) -> String? { accepted(types, [inputType]) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    try inputs[0].expectType(inputType)
    let input = inputs[0].shape
    switch kind {
    case .convolution(let sizes):
      let (layout, output) = try sizes.layout(input)
      let form = ValueForm(resultType, output, .channelsLast)
      return Step(family: self, layout: layout, outputs: [form])
    case .product(let isBatched):
      guard isBatched ? input.rank >= 1 : input.rank == 2,
        input.dimensions.last == weight.depth
      else {
        throw .mismatch(expected: "\(isBatched ? "..." : "N")x\(weight.depth)", found: "\(input)")
      }
      let leading = Array(input.dimensions.dropLast())
      let rows = try makeShape(leading).count
      guard
        let layout = IntegerLayout(
          images: rows, channels: weight.depth, columns: weight.columns, axes: [])
      else { throw .overflow }
      let form = ValueForm(resultType, try makeShape(leading + [weight.columns]))
      return Step(family: self, layout: layout, outputs: [form])
    }
  }

  private struct Step: ScheduledStep {
    let family: IntegerLayerFamily
    let layout: IntegerLayout
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.convolveIntegers(
        family.weight, layout: layout, terms: family.terms, inputIsSigned: family.inputIsSigned,
        input: operands.inputs[0], output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}
