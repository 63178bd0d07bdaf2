internal import PressKernels
internal import PressTensor

/// A convolution over planes with a sparse constant weight (rows, channels, height, width).
struct SparseConvolutionFamily: StepFamily {
  let weight: PackedMatrix
  let bias: FloatBuffer?
  let reason: String
  let groups: Int
  /// Input channels of a group.
  let channels: Int
  let window: WindowAttributes
  let activation: Epilogue.Activation

  var kernel: String {
    weight.compactCount == nil ? "convolution, sparse" : "convolution, sparse, expanded by rows"
  }
  var weightBytes: Int { weight.byteCount + (bias?.byteCount ?? 0) }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    let all = groups * channels
    guard input.rank == 4, input.dimensions[1] == all else {
      throw .mismatch(expected: "Nx\(all)xHxW", found: "\(input)")
    }
    let axes = try window.axes(input)
    let output = try makeShape([input.dimensions[0], weight.rows] + axes.map(\.output))
    try inputs.checkResidual(output)
    let layout = ConvolutionLayout(
      images: input.dimensions[0], groups: groups, channels: channels, vertical: axes[0],
      horizontal: axes[1])
    guard let layout else { throw .overflow }
    return Step(family: self, layout: layout, outputs: [ValueForm(.float32, output)])
  }

  private struct Step: ScheduledStep {
    let family: SparseConvolutionFamily
    let layout: ConvolutionLayout
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }
    var threadBytes: Int { family.weight.threadBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.convolve(
        family.weight, bias: family.bias, layout: layout, input: operands.inputs[0],
        output: operands.outputs[0], scratch: operands.scratch)
      let residual = operands.inputs.count > 1 ? operands.inputs[1] : nil
      guard residual != nil || family.activation != .none else { return }
      workspace.finish(
        Epilogue(residual: residual, activation: family.activation), rows: 1,
        columns: outputs[0].shape.count, output: operands.outputs[0])
    }
  }
}
