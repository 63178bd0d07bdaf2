internal import PressGraph
internal import PressKernels
internal import PressTensor

/// For each index along an axis, the element there.
struct GatherElementsFamily: StepFamily {
  let axis: Int

  var kernel: String { "gather" }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (data, picked) = (try inputs.required(0), try inputs.required(1))
    let places = try ElementPlaces(axis: axis, of: data.shape, for: picked)
    let output = ValueForm(data.elementType, picked.shape)
    return PickStep(output, size: data.shape.count) { operands, workspace, table in
      places.forEach(operands[1], in: workspace) { table[$0] = Int64($1) }
    }
  }
}

/// The places in a tensor that indices along an axis mean, each with its own indices along the others.
struct ElementPlaces: Sendable {
  private let indices: Indices
  private let dimensions: [Int]
  private let strides: [Int]
  private let axis: Int
  private let size: Int

  /// Places in a tensor of `shape`, for indices that are no longer along any other axis.
  init(axis: Int, of shape: Shape, for picked: StepInput) throws(ShapeProblem) {
    let axis = try shape.axis(axis)
    self.axis = axis
    size = shape.dimensions[axis]
    dimensions = picked.shape.dimensions
    strides = shape.dimensions.strides
    let fits = zip(dimensions, shape.dimensions).enumerated().allSatisfy { number, sizes in
      number == axis || sizes.0 <= sizes.1
    }
    guard dimensions.count == shape.rank, fits else {
      throw .mismatch(expected: "indices no longer than \(shape)", found: "\(picked.shape)")
    }
    indices = try Indices(picked, along: [size])
  }

  /// Calls `body` with the number and the place of each index, in order.
  func forEach(
    _ operand: Operand, in workspace: borrowing Workspace, _ body: (_ number: Int, Int) -> Void
  ) {
    var position = [Int](repeating: 0, count: dimensions.count)
    var base = 0
    let last = dimensions.count - 1
    indices.forEach(operand, in: workspace) { number, index in
      body(number, base + Indices.place(index, size: size) * strides[axis])
      // On to the next position, carrying from the last axis.
      var moving = last
      while moving >= 0 {
        let step = moving == axis ? 0 : strides[moving]
        position[moving] += 1
        base += step
        guard position[moving] == dimensions[moving] else { return }
        base -= step * dimensions[moving]
        position[moving] = 0
        moving -= 1
      }
    }
  }
}
