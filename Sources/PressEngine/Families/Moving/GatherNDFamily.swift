internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Slices picked by tuples of indices.
struct GatherNDFamily: StepFamily {
  let batchAxes: Int

  var kernel: String { "gather" }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (data, picked) = (try inputs.required(0), try inputs.required(1))
    let tuples = try TuplePlaces(of: data.shape, for: picked, batchAxes: batchAxes)
    let output = try makeShape(Array(picked.shape.dimensions.dropLast()) + tuples.sliceDimensions)
    let form = ValueForm(data.elementType, output)
    let inside = tuples.sliceCount
    guard output.count > 0 else { return MoveStep([form], []) }
    return PickStep(form, size: data.shape.count / inside, inner: inside) {
      operands, workspace, table in
      tuples.forEach(operands[1], in: workspace) { table[$0] = Int64($1 / inside) }
    }
  }
}

/// The places of the slices of a tensor that tuples of indices mean.
struct TuplePlaces: Sendable {
  /// The number of tuples.
  let count: Int
  /// The dimensions of each slice.
  let sliceDimensions: [Int]
  /// The elements of each slice.
  let sliceCount: Int
  private let indices: Indices
  /// Sizes and strides of the axes that a tuple is of.
  private let sizes: [Int]
  private let strides: [Int]
  /// How many tuples there are for each entry of the leading axes, and how far apart entries are.
  private let perBatch: Int
  private let batchStride: Int

  /// Places in a tensor of `shape` for tuples that are the last axis of an operand.
  init(of shape: Shape, for picked: StepInput, batchAxes: Int = 0) throws(ShapeProblem) {
    let (data, tuples) = (shape.dimensions, picked.shape.dimensions)
    guard let length = tuples.last, batchAxes >= 0, batchAxes < tuples.count,
      batchAxes < max(data.count, 1), length <= data.count - batchAxes,
      tuples[..<batchAxes] == data[..<batchAxes]
    else {
      throw .mismatch(
        expected: "tuples of indices into \(shape) behind \(batchAxes) axes",
        found: "\(picked.shape)")
    }
    sliceDimensions = Array(data[(batchAxes + length)...])
    sliceCount = try makeShape(sliceDimensions).count
    count = try makeShape(tuples.dropLast()).count
    perBatch = try makeShape(Array(tuples[batchAxes...].dropLast())).count
    batchStride = try makeShape(Array(data[batchAxes...])).count
    sizes = Array(data[batchAxes..<(batchAxes + length)])
    strides = Array(data.strides[batchAxes..<(batchAxes + length)])
    indices = try Indices(picked, along: sizes)
  }

  /// Calls `body` with the number of each tuple and the place of its slice's first element.
  func forEach(
    _ operand: Operand, in workspace: borrowing Workspace, _ body: (_ number: Int, Int) -> Void
  ) {
    let length = sizes.count
    guard length > 0 else {
      for number in 0..<count { body(number, number / perBatch * batchStride) }
      return
    }
    var place = 0
    indices.forEach(operand, in: workspace) { number, index in
      let axis = number % length
      if axis == 0 { place = number / length / perBatch * batchStride }
      place += Indices.place(index, size: sizes[axis]) * strides[axis]
      if axis == length - 1 { body(number / length, place) }
    }
  }
}
