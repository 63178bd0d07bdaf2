internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Exponentials divided by their sum, or the logarithm of that, along one axis or trailing ones.
struct SoftmaxFamily: StepFamily {
  let attributes: Softmax

  var kernel: String { attributes.kind == .softmax ? "softmax" : "softmax, logarithm" }

  init(_ attributes: Softmax) {
    self.attributes = attributes
  }

  func missing(for types: [ElementType?]) -> String? {
    attributes.kind == .hardmax ? "no kernel for it" : float32Only(types)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    if input.shape.rank == 0 {
      return Step(
        isLogarithm: attributes.kind == .logSoftmax,
        layout: AxisLayout(outer: 1, axis: 1, inner: 1), outputs: [input.form])
    }
    // Joined trailing axes may be none: the axis behind the last.
    let rank = input.shape.rank
    let isBehind = attributes.joinsTrailingAxes && attributes.axis == rank
    let first = isBehind ? rank : try input.axis(attributes.axis)
    let axes = first..<(attributes.joinsTrailingAxes ? rank : first + 1)
    return Step(
      isLogarithm: attributes.kind == .logSoftmax,
      layout: AxisLayout(shape: input.shape.dimensions, axes: axes), outputs: [input.form])
  }

  private struct Step: ScheduledStep {
    let isLogarithm: Bool
    let layout: AxisLayout
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.softmax(
        logarithm: isLogarithm, layout: layout, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}
