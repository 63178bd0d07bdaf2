internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Running sums along the axis that the second operand gives.
///
/// An axis that only a run knows is taken to be the nearest there is.
struct CumulativeSumFamily: StepFamily {
  let attributes: CumulativeSum

  var kernel: String { "running sums" }

  func missing(for types: [ElementType?]) -> String? {
    accepted(Array(types.prefix(1)), NumberTypes.all)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (input, axis) = (try inputs.required(0), try inputs.required(1))
    guard axis.shape.count == 1, input.shape.rank > 0 else {
      throw .mismatch(
        expected: "one axis of a tensor that has some", found: "\(axis.shape), \(input.shape)")
    }
    return Step(
      attributes: attributes, axis: try Indices(axis, along: [input.shape.rank]),
      outputs: [input.form])
  }

  private struct Step: ScheduledStep {
    let attributes: CumulativeSum
    let axis: Indices
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      guard outputs[0].shape.count > 0 else { return }
      var place = 0
      axis.forEach(operands.inputs[1], in: workspace) {
        place = Indices.place($1, size: outputs[0].shape.rank)
      }
      let sums = Sums(
        attributes: attributes,
        axes: AxisLayout(shape: outputs[0].shape.dimensions, axes: place..<(place + 1)),
        input: operands.inputs[0], output: operands.outputs[0])
      visit(outputs[0].elementType, sums, in: workspace)
    }
  }

  private struct Sums: NumberVisitor {
    let attributes: CumulativeSum
    let axes: AxisLayout
    let input: Operand
    let output: ArenaSlice

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      workspace.read(input, as: type) { input in
        workspace.write(output, as: type) { output in
          for lane in 0..<axes.lineCount {
            let start = lane / axes.inner * axes.axis * axes.inner + lane % axes.inner
            var sum = Number.Value.zero
            for index in 0..<axes.axis {
              let place = attributes.isReversed ? axes.axis - 1 - index : index
              // The output may lie where the input did: read first.
              let element = input[start + place * axes.inner].value
              let next = Number.Value.sum(sum, element)
              output[start + place * axes.inner] = Number(attributes.isExclusive ? sum : next)
              sum = next
            }
          }
        }
      }
    }
  }
}
