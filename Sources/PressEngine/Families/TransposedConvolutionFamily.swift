internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The transpose of a convolution over one to three spatial axes, channels last: a product with the
/// weight, whose columns are added up where they fall.
struct TransposedConvolutionFamily: StepFamily {
  let attributes: ConvolutionTranspose
  /// A weight for each group, and the shape (channels, columns, window) they were packed from; `nil`
  /// where the weight is an operand.
  let weights: (packed: [PackedMatrix], shape: Shape)?

  var kernel: String { "transposed convolution" }
  var reason: String { weights == nil ? "packed in every run: the weight is no constant" : "dense" }
  var weightBytes: Int { weights?.packed.reduce(0) { $0 + $1.byteCount } ?? 0 }
  var layouts: LayoutRule { .channelsLast([0]) }

  static func planned(
    _ attributes: ConvolutionTranspose, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    guard context.isConstant(node, 1) else {
      return PlannedStep(TransposedConvolutionFamily(attributes: attributes, weights: nil), node)
    }
    let weight = try context.requiredWeight(node, 1, "a weight")
    let sizes: TransposedSizes
    do {
      sizes = try TransposedSizes(attributes, weight.shape)
    } catch {
      throw PlanningProblem(error)
    }
    try context.reserve(weight.shape.count)
    let packed = sizes.packed(try context.elements(of: weight))
    return PlannedStep(
      TransposedConvolutionFamily(attributes: attributes, weights: (packed, weight.shape)),
      operands: node.inputs(without: 1))
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shape: Shape
    if let weights { shape = weights.shape } else { shape = try inputs.required(1).shape }
    let sizes = try TransposedSizes(attributes, shape)
    let input = inputs[0].shape
    guard input.rank == shape.rank, input.dimensions[1] == shape.dimensions[0] else {
      throw .mismatch(
        expected: "Nx\(shape.dimensions[0])x... of rank \(shape.rank)", found: "\(input)")
    }
    let columns = sizes.groups * sizes.columns
    if inputs.has(2) { try inputs[2].expectCount([columns], "a bias") }
    let axes = try sizes.axes(attributes, input: Array(input.dimensions[2...]))
    let output = try makeShape([input.dimensions[0], columns] + axes.map(\.output))
    guard
      let layout = TransposedConvolutionLayout(
        images: input.dimensions[0], groups: sizes.groups, channels: sizes.channels,
        columns: sizes.columns, axes: axes)
    else { throw .overflow }
    return Step(
      family: self, sizes: sizes, layout: layout, hasBias: inputs.has(2),
      outputs: [ValueForm(.float32, output, .channelsLast)])
  }

  private struct Step: ScheduledStep {
    let family: TransposedConvolutionFamily
    let sizes: TransposedSizes
    let layout: TransposedConvolutionLayout
    let hasBias: Bool
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let weights = family.weights?.packed ?? sizes.packed(workspace.floats(operands.inputs[1]))
      workspace.convolveTransposed(
        weights, bias: hasBias ? operands.inputs[2] : nil, layout: layout,
        input: operands.inputs[0], output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}
