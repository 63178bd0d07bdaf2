internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Entries of an axis picked by indices.
struct GatherFamily: StepFamily {
  let axis: Int

  var kernel: String { "gather" }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (data, picked) = (try inputs.required(0), try inputs.required(1))
    let axis = try data.shape.axis(axis)
    let dimensions = data.shape.dimensions
    let size = dimensions[axis]
    let indices = try Indices(picked, along: [size])
    let (outer, inner) = (Array(dimensions[..<axis]), Array(dimensions[(axis + 1)...]))
    let output = try makeShape(outer + picked.shape.dimensions + inner)
    guard output.count > 0 else {
      return MoveStep([ValueForm(data.elementType, output)], [], of: inputs)
    }
    let inside = inner.reduce(1, *)
    let count = picked.shape.count
    let moves = Moves([
      .init(size: outer.reduce(1, *), source: size * inside, target: count * inside),
      .init(
        size: count, source: .givenTable(bound: (size - 1) * inside + 1), target: inside),
      .init(size: inside, source: 1, target: 1),
    ])
    return PickStep(ValueForm(data.elementType, output), moves) { operands, workspace, places in
      indices.forEach(operands[1], in: workspace) { number, index in
        places[number] = Int64(Indices.place(index, size: size) * inside)
      }
    }
  }
}

/// Elements picked by places that are worked out from the operands when running.
struct PickStep: ScheduledStep {
  /// Sets the places, from the operands.
  typealias Places =
    @Sendable (
      _ operands: [Operand], _ workspace: borrowing Workspace, inout MutableSpan<Int64>
    ) -> Void

  let outputs: [ValueForm]
  private let moves: Moves
  private let places: Places

  /// A step that picks elements of the first operand along `moves`, whose table `places` sets.
  init(_ output: ValueForm, _ moves: Moves, places: @escaping Places) {
    outputs = [output]
    self.moves = moves
    self.places = places
  }

  var scratchBytes: Int { moves.tableBytes }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    let table = operands.scratch.part(0, moves.tableBytes)
    workspace.write(table, as: Int64.self) { places(operands.inputs, workspace, &$0) }
    workspace.move(
      moves, width: outputs[0].elementType.byteWidth ?? 1, from: operands.inputs[0],
      to: operands.outputs[0], table: table)
  }
}

extension ArenaSlice {
  /// A part of the slice; `offset` is a multiple of the arena's alignment.
  func part(_ offset: Int, _ byteCount: Int) -> ArenaSlice {
    ArenaSlice(offset: self.offset + offset, byteCount: byteCount)
  }
}
