internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Division by a norm along an axis; where that is 0, so is the result.
struct LpNormalizationFamily: StepFamily {
  let attributes: LpNormalization

  var kernel: String { "normalization, l\(attributes.order)" }

  func missing(for types: [ElementType?]) -> String? {
    [1, 2].contains(attributes.order) ? float32Only(types) : "a norm of order \(attributes.order)"
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shape = inputs[0].shape
    let axis = attributes.axis < 0 ? attributes.axis + shape.rank : attributes.axis
    guard axis >= 0, axis < shape.rank else {
      throw .mismatch(expected: "an axis \(attributes.axis)", found: "\(shape)")
    }
    return Step(
      kind: attributes.order == 1 ? .l1 : .l2,
      layout: AxisLayout(shape: shape.dimensions, axes: axis..<(axis + 1)),
      outputs: [ValueForm(.float32, shape)])
  }

  private struct Step: ScheduledStep {
    let kind: NormalizationKernel
    let layout: AxisLayout
    let outputs: [ValueForm]

    /// Room for the input with the axis behind all others, where it is not there.
    var scratchBytes: Int { layout.inner == 1 ? 0 : layout.count * 4 }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let rows = NormalizationLayout.layer(rows: layout.outer * layout.inner, count: layout.axis)
      guard layout.count > 0 else { return }
      guard layout.inner > 1 else {
        workspace.normalize(
          kind, layout: rows, input: operands.inputs[0], output: operands.outputs[0])
        return
      }
      let room = ArenaSlice(offset: operands.scratch.offset, byteCount: layout.count * 4)
      let sizes = [layout.outer, layout.axis, layout.inner]
      let back = [layout.outer, layout.inner, layout.axis]
      guard let moving = CopyLayout(transposing: sizes, by: [0, 2, 1]),
        let returning = CopyLayout(transposing: back, by: [0, 2, 1])
      else { return }
      workspace.copy(width: 4, layout: moving, input: operands.inputs[0], output: room)
      workspace.normalize(kind, layout: rows, input: .slice(room), output: room)
      workspace.copy(
        width: 4, layout: returning, input: .slice(room), output: operands.outputs[0])
    }
  }
}
