internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Two values along a new axis: the second where the index says, the first everywhere else.
///
/// An index outside of the axis says nowhere.
struct OneHotFamily: StepFamily {
  let attributes: OneHot

  var kernel: String { "fill, scatter" }
  var demanded: [Int] { [1] }

  func missing(for types: [ElementType?]) -> String? {
    accepted(Array(types.prefix(2)), NumberTypes.all)
      ?? types.dropFirst(2).first.flatMap(movable)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (indices, depth) = (try inputs.required(0), try inputs.required(1))
    let values = try inputs.required(2)
    let wholes = depth.known?.integers ?? depth.known?.doubles?.compactMap(\.whole)
    guard depth.shape.count == 1, let size = wholes?.first, size >= 0, values.shape.count == 2
    else {
      throw .mismatch(
        expected: "a depth and two values", found: "\(wholes ?? []) and \(values.shape)")
    }
    let axis = try Shape.axis(attributes.axis, rank: indices.shape.rank + 1)
    var dimensions = indices.shape.dimensions
    dimensions.insert(size, at: axis)
    let output = ValueForm(values.elementType, try makeShape(dimensions))
    return Step(
      attributes: attributes, indexType: indices.elementType,
      axes: AxisLayout(shape: output.shape.dimensions, axes: axis..<(axis + 1)),
      off: try Walk(filling: output.shape.count, output.elementType), outputs: [output])
  }

  private struct Step: ScheduledStep {
    let attributes: OneHot
    let indexType: ElementType
    let axes: AxisLayout
    let off: Walk
    let outputs: [ValueForm]

    private var count: Int { axes.lineCount }
    var scratchBytes: Int { count * MemoryLayout<Int64>.stride }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      guard count > 0 else { return }
      off.run(in: &workspace, from: operands.inputs[2], to: operands.outputs[0])
      let table = operands.scratch.part(0, scratchBytes)
      let places = Places(
        axes: axes, takesNegative: attributes.takesNegativeIndices, indices: operands.inputs[0],
        table: table)
      visit(indexType, places, in: workspace)
      let width = outputs[0].elementType.byteWidth ?? 1
      workspace.scatter(
        inner: width, count: count, places: .slice(table), unit: width, repeated: 1,
        input: operands.inputs[2], output: operands.outputs[0])
    }
  }

  /// Sets the place of each index's element; -1 where it has none.
  private struct Places: NumberVisitor {
    let axes: AxisLayout
    let takesNegative: Bool
    let indices: Operand
    let table: ArenaSlice

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      workspace.read(indices, as: type) { indices in
        workspace.write(table, as: Int64.self) { table in
          for number in 0..<indices.count {
            let index = place(of: indices[number].value.whole)
            let (outer, inner) = (number / axes.inner, number % axes.inner)
            table[number] = Int64(
              index.map { (outer * axes.axis + $0) * axes.inner + inner } ?? -1)
          }
        }
      }
    }

    private func place(of index: Int?) -> Int? {
      guard let index, index >= (takesNegative ? -axes.axis : 0), index < axes.axis else {
        return nil
      }
      return index < 0 ? index + axes.axis : index
    }
  }
}
