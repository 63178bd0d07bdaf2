internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Normalization by the squares of neighbouring channels.
struct ResponseNormalizationFamily: StepFamily {
  let attributes: LocalResponseNormalization

  var kernel: String { "normalization, local response" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let form = inputs[0].form
    guard form.shape.rank >= 2 else {
      throw .mismatch(expected: "NxCx...", found: "\(form.shape)")
    }
    guard (1...WindowAxis.maximum).contains(attributes.size) else {
      throw .mismatch(expected: "a size from 1 to 2^30", found: "\(attributes.size)")
    }
    let place = form.layout.place(of: 1, rank: form.shape.rank)
    return Step(
      attributes: attributes,
      layout: AxisLayout(shape: form.physicalDimensions, axes: place..<(place + 1)),
      outputs: [form])
  }

  private struct Step: ScheduledStep {
    let attributes: LocalResponseNormalization
    let layout: AxisLayout
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.normalizeResponse(
        size: attributes.size, alpha: attributes.alpha, beta: attributes.beta,
        bias: attributes.bias, layout: layout, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}
