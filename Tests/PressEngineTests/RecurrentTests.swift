import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

/// A recurrent layer and its operands, in the order of ONNX's inputs.
private struct RecurrentCase {
  var type: String
  var gates: Int
  let steps = 5
  let batch = 3
  let input = 4
  let hidden = 6
  var directions = 1
  var attributes: [Attribute] = []
  var lengths: [Int32]?
  /// Whether W and R are constants of the model.
  var isConstant = true
  /// The share of zeros in W and R, and whether they are left out.
  var zeros = 0.0
  var isSparse = false
  var seed: UInt64 = 1

  func run() throws -> [String: Tensor] {
    var generator = SeededGenerator(seed: seed)
    var builder = ModelBuilder()
    var given: [String: Tensor] = [:]
    func elements(_ dimensions: [Int], zeros: Double = 0) -> [Float] {
      (0..<dimensions.reduce(1, *)).map { _ in
        let isZero = Double.random(in: 0..<1, using: &generator) < zeros
        return isZero ? 0 : Float.random(in: -1...1, using: &generator)
      }
    }
    func add(_ name: String, _ dimensions: [Int], isConstant: Bool) throws {
      let values = elements(dimensions, zeros: isConstant ? zeros : 0)
      if isConstant {
        try builder.constant(name, dimensions, values, isSparse: isSparse)
      } else {
        builder.input(name, dimensions.map { .known($0) })
        given[name] = try tensor(values, dimensions)
      }
    }
    let rows = gates * hidden
    try add("x", [steps, batch, input], isConstant: false)
    try add("w", [directions, rows, input], isConstant: isConstant)
    try add("r", [directions, rows, hidden], isConstant: isConstant)
    try add("b", [directions, 2 * rows], isConstant: false)
    try add("h", [directions, batch, hidden], isConstant: false)
    if let lengths {
      builder.input("n", [.known(batch)], .int32)
      var bytes: [UInt8] = []
      for length in lengths { bytes.appendLittleEndian(length) }
      given["n"] = try Tensor(
        elementType: .int32, shape: Shape([batch]), storage: Storage(bytes))
    }
    builder.node(
      type, ["x", "w", "r", "b", lengths == nil ? "" : "n", "h"], ["y", "last"], attributes)
    builder.outputs("y", "last")
    var engine = Engine(try Plan(builder.model), threads: 2)
    return try engine.run(given)
  }
}

@Test(
  "Constant and variable weights of a recurrent layer give the same bits",
  arguments: [("RNN", 1), ("GRU", 3), ("LSTM", 4)])
func variableRecurrentWeights(type: String, gates: Int) throws {
  var item = RecurrentCase(
    type: type, gates: gates, directions: 2,
    attributes: [Attribute("direction", .string(Array("bidirectional".utf8)))])
  let constant = try item.run()
  item.isConstant = false
  let variable = try item.run()
  #expect(try constant["y"]?.floats() == variable["y"]?.floats())
  #expect(try constant["last"]?.floats() == variable["last"]?.floats())
}

@Test("Sparse recurrent weights of two directions give what dense ones give")
func sparseRecurrentWeights() throws {
  for (type, gates) in [("GRU", 3), ("LSTM", 4)] {
    var item = RecurrentCase(
      type: type, gates: gates, directions: 2,
      attributes: [Attribute("direction", .string(Array("bidirectional".utf8)))])
    item.zeros = 0.8
    let dense = try #require(try item.run()["y"]).floats()
    item.isSparse = true
    let sparse = try #require(try item.run()["y"]).floats()
    // Sums of at most ten products, in another order, through five steps.
    #expect(zip(sparse, dense).allSatisfy { ($0 - $1).magnitude < 1e-5 })
    #expect(dense.contains { $0 != 0 })
  }
}

@Test("Behind an example's length there are zeros, and the last state is that of its end")
func recurrentLengths() throws {
  for direction in ["forward", "reverse"] {
    var item = RecurrentCase(
      type: "GRU", gates: 3, attributes: [Attribute("direction", .string(Array(direction.utf8)))])
    // Lengths beyond the sequence are the whole of it, those below 0 are none.
    item.lengths = [2, 99, -4]
    let outputs = try item.run()
    let y = try #require(outputs["y"]).floats()
    let last = try #require(outputs["last"]).floats()
    func row(_ step: Int, _ example: Int) -> [Float] {
      Array(y[((step * item.batch + example) * item.hidden)...].prefix(item.hidden))
    }
    func state(_ example: Int) -> [Float] {
      Array(last[(example * item.hidden)...].prefix(item.hidden))
    }
    let zeros = [Float](repeating: 0, count: item.hidden)
    #expect((2..<item.steps).allSatisfy { row($0, 0) == zeros } && row(1, 0) != zeros)
    #expect((0..<item.steps).allSatisfy { row($0, 2) == zeros })
    #expect(state(0) == row(direction == "forward" ? 1 : 0, 0))
    #expect(state(1) == row(direction == "forward" ? item.steps - 1 : 0, 1))
  }
}

@Test("A cell's functions take their parameters in turn, and clip what goes in")
func recurrentFunctions() throws {
  var builder = ModelBuilder()
  builder.input("x", [.known(1), .known(1), .known(1)])
  try builder.constant("w", [2, 1, 1], [1, 1])
  try builder.constant("r", [2, 1, 1], [0, 0])
  builder.node(
    "RNN", ["x", "w", "r"], ["y"],
    [
      Attribute("direction", .string(Array("bidirectional".utf8))), Attribute("clip", .float(2)),
      Attribute("activations", .strings(["LeakyRelu", "Affine"].map { Array($0.utf8) })),
      Attribute("activation_alpha", .floats([0.25, 3])),
      Attribute("activation_beta", .floats([10])),
    ])
  builder.outputs("y")
  var engine = Engine(try Plan(builder.model))
  let y = try #require(try engine.run(["x": tensor([-8], [1, 1, 1])])["y"])
  #expect(try y.floats() == [-0.5, 4])
}

@Test("Weights that do not go together are refused")
func recurrentMismatch() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [1, 4, 3], [Float](repeating: 1, count: 12))
  try builder.constant("r", [1, 4, 2], [Float](repeating: 1, count: 8))
  builder.node("LSTM", ["x", "w", "r"], ["y"])
  builder.outputs("y")
  #expect(throws: EngineError.self) { try Plan(builder.model) }
}
