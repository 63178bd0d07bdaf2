internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Powers of operands of different types: computed in float64, in the type of the base.
struct PowerFamily: StepFamily {
  var kernel: String { "elementwise, pow" }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types where !BinaryKernel.pow.supports(type) {
      return "an operand of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let right = try inputs.required(1)
    if right.elementType == inputs[0].elementType {
      return try BinaryFamily(.pow).scheduled(for: inputs)
    }
    let (result, layout) = try broadcast([inputs[0], right])
    return Step(
      types: (inputs[0].elementType, right.elementType), layout: layout,
      outputs: [ValueForm(inputs[0].elementType, result.shape)])
  }

  private struct Step: ScheduledStep {
    let types: (ElementType, ElementType)
    let layout: BroadcastLayout
    let outputs: [ValueForm]

    /// Both operands and the result as float64, each aligned.
    private var parts: [Int] { layout.operandCounts + [layout.count] }
    var scratchBytes: Int { parts.reduce(0) { $0 + $1 * 8 + Arena.alignment } }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      var offset = operands.scratch.offset
      let slices = parts.map { count in
        let slice = ArenaSlice(offset: offset, byteCount: count * 8)
        offset += (count * 8 + Arena.alignment - 1) / Arena.alignment * Arena.alignment
        return slice
      }
      let operandTypes = [types.0, types.1]
      for place in 0..<2 {
        workspace.cast(
          from: operandTypes[place], to: .float64, count: parts[place],
          input: operands.inputs[place], output: slices[place])
      }
      workspace.combine(
        .pow, type: .float64, layout: layout, left: .slice(slices[0]), right: .slice(slices[1]),
        output: slices[2])
      workspace.cast(
        from: .float64, to: types.0, count: parts[2], input: .slice(slices[2]),
        output: operands.outputs[0])
    }
  }
}
