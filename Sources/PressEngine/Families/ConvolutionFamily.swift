internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A two-dimensional convolution with constant weight (rows, channels, height, width) and bias.
struct ConvolutionFamily: StepFamily {
  let weight: PackedMatrix
  let bias: FloatBuffer?
  let kernel: String
  let reason: String
  let groups: Int
  /// Input channels of a group.
  let channels: Int
  let window: WindowAttributes

  var weightBytes: Int { weight.byteCount + (bias?.byteCount ?? 0) }

  static func planned(
    _ attributes: Convolution, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let weight = try context.requiredWeight(node, 1, "a weight")
    let shape = weight.shape.dimensions
    guard shape.count == 4 else {
      throw .unsupported("\(max(shape.count - 2, 0)) spatial axes rather than 2")
    }
    guard weight.shape.count > 0 else { throw .unsupported("an empty weight") }
    let groups = attributes.group
    guard groups > 0, shape[0] % groups == 0 else {
      throw .mismatch(
        expected: "output channels that \(groups) groups divide", found: "\(shape[0])")
    }
    guard attributes.kernelShape.map({ $0 == Array(shape[2...]) }) ?? true else {
      throw .mismatch(
        expected: "kernel_shape \(shape[2...])", found: "\(attributes.kernelShape ?? [])")
    }
    let window = try WindowAttributes(
      kernel: Array(shape[2...]), strides: attributes.strides, dilations: attributes.dilations,
      pads: attributes.pads, autoPad: attributes.autoPad)
    let packing = try context.matrix(
      weight, rows: shape[0], columns: shape[1] * shape[2] * shape[3], isTransposed: false,
      layout: .rows)
    let bias = try context.weight(node, 2, "a bias")
    if let bias, bias.shape.dimensions != [shape[0]] {
      throw .mismatch(expected: "a bias of \(shape[0]) elements", found: "\(bias.shape)")
    }
    let elements: FloatBuffer? =
      if let bias { try context.elements(of: bias) } else { nil }
    return PlannedStep(
      ConvolutionFamily(
        weight: packing.matrix, bias: elements, kernel: "convolution, \(packing.kernel)",
        reason: packing.reason, groups: groups, channels: shape[1], window: window),
      operands: [node.inputs[0]])
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape.dimensions
    let (all, overflow) = groups.multipliedReportingOverflow(by: channels)
    guard !overflow, input.count == 4, input[1] == all else {
      throw .mismatch(expected: "Nx\(all)xHxW", found: "\(inputs[0].shape)")
    }
    let vertical = try window.axis(0, input: input[2])
    let horizontal = try window.axis(1, input: input[3])
    let output = try makeShape([input[0], weight.rows, vertical.output, horizontal.output])
    guard
      let layout = ConvolutionLayout(
        images: input[0], groups: groups, channels: channels, vertical: vertical,
        horizontal: horizontal)
    else { throw .overflow }
    return Step(family: self, layout: layout, outputs: [ValueForm(.float32, output)])
  }

  private struct Step: ScheduledStep {
    let family: ConvolutionFamily
    let layout: ConvolutionLayout
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.convolve(
        family.weight, bias: family.bias, layout: layout, input: operands.inputs[0],
        output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}
