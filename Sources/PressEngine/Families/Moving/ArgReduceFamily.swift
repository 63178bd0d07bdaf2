internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The position of the largest or smallest element along an axis; NaN comes before every number.
struct ArgReduceFamily: StepFamily {
  let attributes: ArgReduction

  var kernel: String { "scan" }

  func missing(for types: [ElementType?]) -> String? { accepted(types, NumberTypes.all) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let place = try input.shape.axis(attributes.axis)
    let axes = AxisLayout(shape: input.shape.dimensions, axes: place..<(place + 1))
    guard axes.axis > 0 || axes.outer == 0 || axes.inner == 0 else {
      throw .mismatch(expected: "an axis with elements", found: "\(input.shape)")
    }
    guard axes.axis <= Int(Int32.max) else { throw .overflow }
    var dimensions = input.shape.dimensions
    dimensions[place] = 1
    if !attributes.keepsAxis { dimensions.remove(at: place) }
    return Step(
      attributes: attributes, type: input.elementType, axes: axes,
      outputs: [ValueForm(.int64, try makeShape(dimensions))])
  }

  private struct Step: ScheduledStep {
    let attributes: ArgReduction
    let type: ElementType
    let axes: AxisLayout
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.reduceToIndex(
        ofLargest: attributes.kind == .max, last: attributes.selectsLast, type: type, layout: axes,
        input: operands.inputs[0], output: operands.outputs[0])
    }
  }
}
