internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The tensor as it is; in training, elements set to 0 at random and the others scaled up.
///
/// Which ones is drawn as ONNX's definition does, from the seed of the node; without one, from 0.
struct DropoutFamily: StepFamily {
  let attributes: Dropout
  let outputCount: Int

  var kernel: String { "copy" }

  init(_ attributes: Dropout, _ node: Node) {
    self.attributes = attributes
    outputCount = node.outputs.count
  }

  func missing(for types: [ElementType?]) -> String? {
    accepted(Array(types.prefix(1)), [.float32, .float64, .float16, .bfloat16])
      ?? accepted(
        Array(types.dropFirst().prefix(1)), [.float32, .float64, .float16, .bfloat16])
      ?? accepted(Array(types.dropFirst(2)), [.bool])
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    for place in 1..<3 where inputs.has(place) && inputs[place].shape.count != 1 {
      throw .mismatch(expected: "one element", found: "\(inputs[place].shape)")
    }
    let mask = attributes.makesBooleanMask ? ElementType.bool : input.elementType
    return Step(
      attributes: attributes, ratioType: inputs.has(1) ? inputs[1].elementType : nil,
      outputs: Array([input.form, ValueForm(mask, input.shape)].prefix(outputCount)))
  }

  private struct Step: ScheduledStep {
    let attributes: Dropout
    let ratioType: ElementType?
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.copyAll(from: operands.inputs[0], to: operands.outputs[0])
      let ratio = ratio(operands, workspace)
      var mask = [Bool](repeating: true, count: outputs[0].shape.count)
      if trains(operands, workspace), ratio != 0 {
        var numbers = MersenneTwister(
          seed: UInt32(truncatingIfNeeded: attributes.seed ?? 0))
        for index in mask.indices { mask[index] = numbers.next() >= ratio }
        let drop = Drop(mask: mask, factor: 1 / (1 - ratio), output: operands.outputs[0])
        visit(outputs[0].elementType, drop, in: workspace)
      }
      guard outputs.count > 1 else { return }
      if attributes.makesBooleanMask {
        workspace.write(operands.outputs[1], as: UInt8.self) { output in
          for index in mask.indices { output[index] = mask[index] ? 1 : 0 }
        }
      } else {
        let fill = Fill(mask: mask, output: operands.outputs[1])
        visit(outputs[1].elementType, fill, in: workspace)
      }
    }

    /// Whether the third operand says that this is training.
    private func trains(_ operands: StepOperands, _ workspace: borrowing Workspace) -> Bool {
      guard operands.inputs.count > 2 else { return false }
      return workspace.read(operands.inputs[2], as: UInt8.self) { $0.count > 0 && $0[0] != 0 }
    }

    /// The share of elements that are set to 0.
    private func ratio(_ operands: StepOperands, _ workspace: borrowing Workspace) -> Double {
      guard let ratioType else { return Double(attributes.ratio) }
      let operand = operands.inputs[1]
      switch ratioType {
      case .float64: return workspace.read(operand, as: Double.self) { $0[0] }
      case .float16: return Double(workspace.read(operand, as: Half.self) { $0[0].value })
      case .bfloat16: return Double(workspace.read(operand, as: BrainHalf.self) { $0[0].value })
      default: return Double(workspace.read(operand, as: Float.self) { $0[0] })
      }
    }
  }

  /// Scales the elements that stay, and sets the others to 0.
  private struct Drop: NumberVisitor {
    let mask: [Bool]
    let factor: Double
    let output: ArenaSlice

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      let factor = Number.Value(rounding: factor)
      workspace.write(output, as: type) { output in
        for index in mask.indices {
          output[index] = Number(
            mask[index] ? Number.Value.product(output[index].value, factor) : Number.Value.zero)
        }
      }
    }
  }

  /// The mask as numbers.
  private struct Fill: NumberVisitor {
    let mask: [Bool]
    let output: ArenaSlice

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      workspace.write(output, as: type) { output in
        for index in mask.indices {
          output[index] = Number(Number.Value(rounding: mask[index] ? 1 : 0))
        }
      }
    }
  }
}
