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
    let axes = AxisSizes(try input.shape.axis(attributes.axis), of: input.shape)
    guard axes.size > 0 || axes.outer * axes.inner == 0 else {
      throw .mismatch(expected: "an axis with elements", found: "\(input.shape)")
    }
    var dimensions = input.shape.dimensions
    dimensions[axes.axis] = 1
    if !attributes.keepsAxis { dimensions.remove(at: axes.axis) }
    return Step(
      attributes: attributes, type: input.elementType, axes: axes,
      outputs: [ValueForm(.int64, try makeShape(dimensions))])
  }

  private struct Step: ScheduledStep {
    let attributes: ArgReduction
    let type: ElementType
    let axes: AxisSizes
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let scan = Scan(
        step: self, input: operands.inputs[0], output: operands.outputs[0])
      visit(type, scan, in: workspace)
    }
  }

  private struct Scan: NumberVisitor {
    let step: Step
    let input: Operand
    let output: ArenaSlice

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      let (size, inner) = (step.axes.size, step.axes.inner)
      workspace.read(input, as: type) { input in
        workspace.write(output, as: Int64.self) { output in
          for outer in 0..<step.axes.outer {
            let (first, start) = (outer * inner, outer * size * inner)
            for index in first..<(first + inner) { output[index] = 0 }
            for place in 1..<max(size, 1) {
              for index in 0..<inner {
                let best = input[start + Int(output[first + index]) * inner + index].value
                if replaces(best, input[start + place * inner + index].value) {
                  output[first + index] = Int64(place)
                }
              }
            }
          }
        }
      }
    }

    /// Whether a later element takes the place of the best so far.
    private func replaces<Value: NumberValue>(_ best: Value, _ next: Value) -> Bool {
      if next != next { return best == best || step.attributes.selectsLast }
      if best != best { return false }
      if next == best { return step.attributes.selectsLast }
      return step.attributes.kind == .max
        ? Value.isBefore(best, next) : Value.isBefore(next, best)
    }
  }
}

/// A shape as three axes: what is before one axis, the axis, and what is behind it.
struct AxisSizes: Sendable {
  let axis: Int
  let outer: Int
  let size: Int
  let inner: Int

  /// The sizes around an axis of a shape; all are 0 where one is and they would overflow.
  init(_ axis: Int, of shape: Shape) {
    self.axis = axis
    size = shape.dimensions[axis]
    outer = (try? Shape(Array(shape.dimensions[..<axis])).count) ?? 0
    inner = (try? Shape(Array(shape.dimensions[(axis + 1)...])).count) ?? 0
  }
}
