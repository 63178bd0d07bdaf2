internal import PressKernels
internal import PressTensor

/// The largest 8-bit integers of windows over one to three spatial axes, channels last.
struct BytePoolFamily: StepFamily {
  let window: WindowAttributes
  let isSigned: Bool

  var kernel: String { "pool, maximum of bytes" }
  var layouts: LayoutRule { .channelsLast([0]) }

  private var type: ElementType { isSigned ? .int8 : .uint8 }

  func missing(for types: [ElementType?]) -> String? {
    accepted(types, [type])
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    try inputs[0].expectType(type)
    let input = inputs[0].shape
    guard input.rank > 2 else { throw .mismatch(expected: "NxCx...", found: "\(input)") }
    let axes = try window.axes(input)
    let output = try makeShape(Array(input.dimensions[..<2]) + axes.map(\.output))
    return Step(
      isSigned: isSigned, images: input.dimensions[0], axes: axes, channels: input.dimensions[1],
      outputs: [ValueForm(type, output, .channelsLast)])
  }

  private struct Step: ScheduledStep {
    let isSigned: Bool
    let images: Int
    let axes: [WindowAxis]
    let channels: Int
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.poolBytesChannelsLast(
        isSigned: isSigned, images: images, axes: axes, channels: channels,
        input: operands.inputs[0], output: operands.outputs[0])
    }
  }
}
