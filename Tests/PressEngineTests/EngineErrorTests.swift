import PressEngine
import PressGraph
import PressTensor
import Testing

/// What making a plan, and running it with `inputs`, complains about.
private func complaint(
  _ builder: ModelBuilder, _ inputs: [String: Tensor] = [:], including: Set<String> = [],
  limit: Int = .max
) -> String {
  do {
    let options = PlanOptions(limits: ReadLimits(maximumBytes: limit))
    var engine = Engine(try Plan(builder.model, options: options))
    _ = try engine.run(inputs, including: including)
    return ""
  } catch {
    return "\(error)"
  }
}

@Test("Weights alone can't be run")
func noGraph() {
  #expect(throws: EngineError.self) { try Plan(Model(graph: nil, weights: [])) }
}

@Test("Every operator without a kernel is named before anything runs; dead nodes don't count")
func unsupportedOperators() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown, .known(4)])
  builder.node("Einsum", ["x"], ["a"], name: "first")
  builder.node("Relu", ["a"], ["b"])
  builder.node("Einsum", ["b"], ["c"], name: "second")
  builder.node("Det", ["c"], ["y"])
  builder.node("Nonsense", ["c"], ["dead"])
  builder.outputs("y")
  #expect(
    complaint(builder)
      == "can't run 3 of 4 nodes, expected operators that the engine has, found Einsum in 'first' "
      + "and 1 more (no kernel for it), Det in 'y' (no kernel for it)")
}

@Test("An input that no node takes need not be given; a type without a kernel is refused")
func unusedInput() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown])
  builder.input("ids", [.unknown], .int4)
  builder.node("Relu", ["x"], ["y"])
  builder.outputs("y")
  #expect(complaint(builder, ["x": try tensor([1], [1])]) == "")
  // What nobody takes may have any type and shape.
  builder.input("like", [.known(3)])
  let like = try tensor([1, 2], [1, 2])
  #expect(complaint(builder, ["x": try tensor([1], [1]), "like": like, "ids": like]) == "")
  #expect(complaint(builder, ["x": like, "like": like]).hasPrefix("wrong shape of input 'x'"))
  builder.node("Relu", ["ids"], ["z"])
  builder.outputs("z")
  #expect(complaint(builder).contains("Relu in 'z' (an operand of type int4)"))
}

@Test("Wrong inputs are refused in one line that states both sides")
func wrongInputs() throws {
  let builder = try smallNetwork(isSparse: false)
  #expect(complaint(builder) == "missing input, expected 'x', found nothing")
  var inputs = try smallInputs(1)
  inputs["extra"] = try tensor([1], [1])
  #expect(complaint(builder, inputs) == "unknown value, expected 'x', found 'extra'")
  inputs = try smallInputs(1)
  #expect(
    complaint(builder, inputs, including: ["nowhere"]).hasSuffix("'y', found 'nowhere'"))
  inputs["conv.bias"] = try tensor([1, 2, 3], [3])
  #expect(complaint(builder, inputs).hasPrefix("unknown value"))
  let small = ["x": try tensor([Float](repeating: 0, count: 50), [1, 2, 5, 5])]
  #expect(
    complaint(builder, small) == "wrong shape of input 'x', expected Nx2x6x6, found 1x2x5x5")
  let integers = try Tensor(
    elementType: .int32, shape: Shape([1, 2, 6, 6]),
    storage: Storage([UInt8](repeating: 0, count: 288)))
  #expect(
    complaint(builder, ["x": integers])
      == "wrong type of input 'x', expected float32, found int32")
}

@Test("An input that the model fills need not be given, and can't be")
func filledInput() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown])
  builder.input("b", [.known(1)])
  try builder.constant("b", [1], [5])
  builder.node("Add", ["x", "b"], ["y"])
  builder.outputs("y")
  var engine = Engine(try Plan(builder.model))
  #expect(try engine.run(["x": tensor([1, 2], [2])])["y"]?.floats() == [6, 7])
  let both = ["x": try tensor([1], [1]), "b": try tensor([1], [1])]
  #expect(complaint(builder, both).hasPrefix("input 'b' can't be given"))
}

@Test("Layers whose inputs do not fit are named with both sides")
func layerMismatch() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [3, 2], [1, 2, 3, 4, 5, 6])
  builder.node("Gemm", ["x", "w"], ["y"], name: "fc", [Attribute("transB", .int(1))])
  builder.outputs("y")
  #expect(
    complaint(builder, ["x": try tensor([1, 2, 3], [1, 3])])
      == "wrong sizes in node 'fc' (Gemm), expected Nx2, found 1x3")
}

@Test("Malformed attributes of a window are refused when the plan is made")
func malformedAttributes() throws {
  let wrong: [(Attribute, String)] = [
    (Attribute("pads", .ints([1, 1])), "expected 4 pads, found 2"),
    (Attribute("strides", .ints([0, 1])), "expected strides from 1 to 2^30, found [0, 1]"),
    (Attribute("dilations", .ints([1, 1 << 40])), "expected dilations from 1 to 2^30"),
    (Attribute("group", .int(0)), "expected output channels that 0 groups divide"),
    (Attribute("kernel_shape", .ints([2, 2])), "expected kernel_shape [1, 1]"),
  ]
  for (attribute, text) in wrong {
    var builder = ModelBuilder()
    builder.input("x", nil)
    try builder.constant("w", [1, 1, 1, 1], [1])
    builder.node("Conv", ["x", "w"], ["y"], [attribute])
    builder.outputs("y")
    #expect(complaint(builder).contains(text), "\(attribute.name)")
  }
}

@Test("Padding that asks for more memory than allowed is an error, and so is an overflow")
func memoryLimit() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [1, 1, 1, 1], [1])
  let pads = 1 << 29
  builder.node(
    "Conv", ["x", "w"], ["y"], [Attribute("pads", .ints([pads, pads, pads, pads]))])
  builder.outputs("y")
  let inputs = ["x": try tensor([1], [1, 1, 1, 1])]
  #expect(complaint(builder, inputs, limit: 1 << 20).hasPrefix("too large to run"))
  let network = try smallNetwork(isSparse: false)
  let message = complaint(network, try smallInputs(1), limit: 100)
  #expect(message.hasPrefix("too large to run, expected at most 100 bytes"))
  #expect(complaint(network, try smallInputs(500), limit: 100_000).hasPrefix("too large to run"))
}

@Test("A weight that can't be read is named with its own error")
func unreadableWeight() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown, .known(2)])
  builder.add(
    Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([2, 2]),
      source: LoadedWeight(WeightContents(values: Storage([1, 2, 3])))))
  builder.node("MatMul", ["x", "w"], ["y"])
  builder.outputs("y")
  #expect(
    complaint(builder)
      == "can't read weight 'w': wrong tensor size, expected 16 bytes, found 3")
}

@Test("Graphs that can't be put in order are refused")
func brokenGraphs() {
  var cycle = ModelBuilder()
  cycle.node("Relu", ["b"], ["a"])
  cycle.node("Relu", ["a"], ["b"])
  cycle.outputs("a")
  #expect(complaint(cycle).hasPrefix("cycle"))
  var undefined = ModelBuilder()
  undefined.node("Relu", ["nothing"], ["a"])
  undefined.outputs("a")
  #expect(complaint(undefined).hasPrefix("undefined value"))
  var twice = ModelBuilder()
  twice.input("x", nil)
  twice.node("Relu", ["x"], ["a"])
  twice.node("Neg", ["x"], ["a"])
  twice.outputs("a")
  #expect(complaint(twice).hasPrefix("value defined twice"))
}

@Test("Nodes may come in any order")
func anyOrder() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown])
  builder.node("Neg", ["a"], ["y"])
  builder.node("Relu", ["x"], ["a"])
  builder.outputs("y")
  var engine = Engine(try Plan(builder.model))
  #expect(try engine.run(["x": tensor([-1, 2], [2])])["y"]?.floats() == [0, -2])
}
