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
    let form = ValueForm(data.elementType, output)
    guard output.count > 0 else { return MoveStep([form], []) }
    return PickStep(
      form, outer: outer.reduce(1, *), size: size, inner: inner.reduce(1, *)
    ) { operands, workspace, places in
      indices.forEach(operands[1], in: workspace) {
        places[$0] = Int64(Indices.place($1, size: size))
      }
    }
  }
}

/// Entries of an axis picked by places that are worked out from the operands when running.
struct PickStep: ScheduledStep {
  /// Sets the places, from the operands.
  typealias Places =
    @Sendable (
      _ operands: [Operand], _ workspace: borrowing Workspace, inout MutableSpan<Int64>
    ) -> Void

  let outputs: [ValueForm]
  /// The first operand is (outer, size, inner).
  private let outer: Int
  private let size: Int
  private let inner: Int
  private let places: Places

  /// A step that picks entries, which have elements, of the first operand as (outer, size, inner).
  init(
    _ output: ValueForm, outer: Int = 1, size: Int, inner: Int = 1, places: @escaping Places
  ) {
    outputs = [output]
    self.outer = outer
    self.size = size
    self.inner = inner
    self.places = places
  }

  /// How many places there are.
  private var count: Int { outputs[0].shape.count / (outer * inner) }

  var scratchBytes: Int { count * MemoryLayout<Int64>.stride }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    let table = operands.scratch.part(0, scratchBytes)
    workspace.write(table, as: Int64.self) { places(operands.inputs, workspace, &$0) }
    let width = outputs[0].elementType.byteWidth ?? 1
    // No place is outside: that is up to what sets them.
    _ = workspace.gather(
      outer: outer, size: size, inner: inner * width, count: count, indices: .slice(table),
      input: operands.inputs[0], output: operands.outputs[0])
  }
}

extension ArenaSlice {
  /// A part of the slice; `offset` is a multiple of the arena's alignment.
  func part(_ offset: Int, _ byteCount: Int) -> ArenaSlice {
    ArenaSlice(offset: self.offset + offset, byteCount: byteCount)
  }
}
