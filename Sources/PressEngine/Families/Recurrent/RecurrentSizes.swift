internal import PressGraph
internal import PressTensor

/// The sizes of a recurrent layer, checked.
struct RecurrentSizes: Sendable {
  let steps: Int
  let batch: Int
  let input: Int
  let hidden: Int
  let directions: Int
  /// The elements of a time step of one direction's products of x.
  let products: Int

  /// Sizes from the shapes of x, W and R, and of the inputs behind them.
  init(
    _ attributes: Recurrent, x: Shape, w: Shape, r: Shape, _ inputs: [StepInput]
  ) throws(ShapeProblem) {
    directions = attributes.directions
    let gates = attributes.kind.gates
    guard x.rank == 3, r.rank == 3 else {
      throw .mismatch(expected: "x and R with 3 axes", found: "\(x) and \(r)")
    }
    let isBatchFirst = attributes.isBatchFirst
    steps = x.dimensions[isBatchFirst ? 1 : 0]
    batch = x.dimensions[isBatchFirst ? 0 : 1]
    input = x.dimensions[2]
    hidden = r.dimensions[2]
    let rows = try makeShape([gates, hidden, batch])
    guard steps <= Int(Int32.max), rows.count <= Int(Int32.max) else { throw .overflow }
    products = gates * hidden * batch
    try RecurrentSizes.expect(w, [directions, gates * hidden, input], "W")
    try RecurrentSizes.expect(r, [directions, gates * hidden, hidden], "R")
    guard attributes.hiddenSize ?? hidden == hidden else {
      throw .mismatch(expected: "a hidden_size \(hidden)", found: "\(attributes.hiddenSize ?? 0)")
    }
    let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let expected = [
      (3, [directions, 2 * gates * hidden], "B"), (4, [batch], "sequence_lens"),
      (5, state, "initial_h"), (6, state, "initial_c"), (7, [directions, 3 * hidden], "P"),
    ]
    for (place, sizes, name) in expected where inputs.has(place) {
      try RecurrentSizes.expect(inputs[place].shape, sizes, name)
    }
  }

  private static func expect(
    _ shape: Shape, _ sizes: [Int], _ name: String
  ) throws(ShapeProblem) {
    guard shape.dimensions == sizes else {
      throw .mismatch(
        expected: "\(name) of shape \(sizes.map(String.init).joined(separator: "x"))",
        found: "\(shape)")
    }
  }

  /// The forms of Y, Y_h and Y_c.
  func outputs(_ attributes: Recurrent) throws(ShapeProblem) -> [ValueForm] {
    let isBatchFirst = attributes.isBatchFirst
    let all = try makeShape(
      isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden])
    let state = try makeShape(
      isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden])
    return [all, state, state].map { ValueForm(.float32, $0) }
  }

  /// The first element of an example's state of a direction, in a tensor of all.
  func state(_ attributes: Recurrent, direction: Int, example: Int) -> Int {
    let index =
      attributes.isBatchFirst ? example * directions + direction : direction * batch + example
    return index * hidden
  }
}
