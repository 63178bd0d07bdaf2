internal import PressKernels
internal import PressTensor

/// 8-bit integers whose scale and zero point follow from the smallest and largest element; outputs
/// are the integers, the scale and the zero point.
struct DynamicQuantizeFamily: StepFamily {
  /// How many of the three outputs the node has.
  let outputCount: Int

  var kernel: String { "quantize, dynamic" }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) -> any ScheduledStep {
    let forms = [
      ValueForm(.uint8, inputs[0].shape), ValueForm(.float32, .scalar), ValueForm(.uint8, .scalar),
    ]
    return Step(count: inputs[0].shape.count, outputs: Array(forms.prefix(outputCount)))
  }

  private struct Step: ScheduledStep {
    let count: Int
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (smallest, largest) = workspace.extremes(of: operands.inputs[0])
      let scale = smallest == largest ? 1 : (largest - smallest) / 255
      let zero = (-smallest / scale).rounded(.toNearestOrEven)
      // An infinite range has no zero point.
      let point = zero >= 0 && zero <= 255 ? UInt8(zero) : zero > 255 ? 255 : 0
      workspace.quantize(
        ScalingLayout(single: count), scales: FloatBuffer([scale]),
        zeros: AlignedBuffer([Int32(point)]), from: .float32, to: .uint8,
        input: operands.inputs[0], output: operands.outputs[0])
      if outputs.count > 1 {
        workspace.write(operands.outputs[1], as: Float.self) { $0[0] = scale }
      }
      if outputs.count > 2 {
        workspace.write(operands.outputs[2], as: UInt8.self) { $0[0] = point }
      }
    }
  }
}
