internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A function of the elements of any number of operands, broadcast: one after the other.
struct VariadicFamily: StepFamily {
  let function: VariadicFunction

  var kernel: String { "elementwise, \(function)" }
  var layouts: LayoutRule { .following }

  private var combination: BinaryKernel {
    switch function {
    case .max: .max
    case .min: .min
    case .sum, .mean: .add
    }
  }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types where !combination.supports(type) {
      return "an operand of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let type = try inputs.required(0).elementType
    guard inputs.allSatisfy({ !$0.isAbsent && $0.elementType == type }) else {
      throw .mismatch(
        expected: type.name,
        found: inputs.map(\.elementType.name).joined(separator: ", "))
    }
    var sum = inputs[0]
    var layouts: [BroadcastLayout] = []
    for input in inputs.dropFirst() {
      let (result, layout) = try broadcast([sum, input])
      sum = StepInput(ValueForm(type, result.shape, result.order))
      layouts.append(layout)
    }
    return Step(
      combination: combination, divisor: function == .mean ? inputs.count : nil,
      layouts: layouts, outputs: [sum.form])
  }

  private struct Step: ScheduledStep {
    let combination: BinaryKernel
    let divisor: Int?
    let layouts: [BroadcastLayout]
    let outputs: [ValueForm]

    /// Room for a partial result: the largest, which the output need not be where it is empty.
    private var half: Int {
      let count = layouts.dropLast().map(\.count).max() ?? 0
      let bytes = count * (outputs[0].elementType.byteWidth ?? 1)
      return (bytes + Arena.alignment - 1) / Arena.alignment * Arena.alignment
    }

    /// One partial result is read while the next is written.
    var scratchBytes: Int { half * 2 }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let type = outputs[0].elementType
      let width = type.byteWidth ?? 1
      var sum = operands.inputs[0]
      for (index, layout) in layouts.enumerated() {
        let isLast = index == layouts.count - 1
        let start = operands.scratch.offset + index % 2 * half
        let target =
          isLast
          ? operands.outputs[0] : ArenaSlice(offset: start, byteCount: layout.count * width)
        workspace.combine(
          combination, type: type, layout: layout, left: sum, right: operands.inputs[index + 1],
          output: target)
        sum = .slice(target)
      }
      if layouts.isEmpty { workspace.copy(sum, to: operands.outputs[0]) }
      guard let divisor, divisor > 1 else { return }
      divide(operands.outputs[0], by: divisor, &workspace)
    }

    private func divide(_ slice: ArenaSlice, by divisor: Int, _ workspace: inout Workspace) {
      let count = outputs[0].shape.count
      guard let layout = BroadcastLayout(left: [count], right: [1]) else { return }
      let type = outputs[0].elementType
      let number = Constant([divisor], .scalar)
      guard
        let constants = try? evaluated(
          CastFamily(to: type), [StepInput(number.form, known: number)], limit: 64),
        let constant = constants.first
      else { return }
      workspace.combine(
        .div, type: type, layout: layout, left: .slice(slice), right: .bytes(constant.bytes),
        output: slice)
    }
  }
}

extension Workspace {
  /// Copies an operand's bytes.
  mutating func copy(_ operand: Operand, to slice: ArenaSlice) {
    read(operand, as: UInt8.self) { source in
      write(slice, as: UInt8.self) { target in
        for index in 0..<target.count { target[index] = source[index] }
      }
    }
  }
}
