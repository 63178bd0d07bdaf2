internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Matrices with elements beyond a diagonal set to 0; the second operand says which diagonal.
struct TriangleFamily: StepFamily {
  let isUpper: Bool

  var kernel: String { "copy" }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    guard input.shape.rank >= 2 else {
      throw .mismatch(expected: "matrices", found: "\(input.shape)")
    }
    if inputs.has(1), inputs[1].shape.count != 1 || inputs[1].elementType != .int64 {
      throw .mismatch(
        expected: "one int64", found: "\(inputs[1].elementType.name) \(inputs[1].shape)")
    }
    return Step(isUpper: isUpper, outputs: [input.form])
  }

  private struct Step: ScheduledStep {
    let isUpper: Bool
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let dimensions = outputs[0].shape.dimensions
      guard outputs[0].shape.count > 0, let columns = dimensions.last else { return }
      let rows = dimensions[dimensions.count - 2]
      var diagonal = 0
      if operands.inputs.count > 1 {
        workspace.read(operands.inputs[1], as: Int64.self) {
          if $0.count > 0 { diagonal = Int($0[0]) }
        }
      }
      // Beyond the matrix all diagonals are the same.
      diagonal = min(max(diagonal, -rows), columns)
      workspace.copyAll(from: operands.inputs[0], to: operands.outputs[0])
      let width = outputs[0].elementType.byteWidth ?? 1
      workspace.write(operands.outputs[0], as: UInt8.self) { bytes in
        for row in 0..<(outputs[0].shape.count / columns) {
          let edge = min(max(row % rows + diagonal + (isUpper ? 0 : 1), 0), columns)
          let zeros = isUpper ? 0..<edge : edge..<columns
          for index in (zeros.lowerBound * width)..<(zeros.upperBound * width) {
            bytes[row * columns * width + index] = 0
          }
        }
      }
    }
  }
}
