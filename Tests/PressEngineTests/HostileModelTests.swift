import PressEngine
import PressGraph
import PressTensor
import Testing

// Models that no exporter writes: none of them may trap, hang or take memory beyond the limit.

/// Plans and runs a model of one operator whose output is `y`.
private func run(
  _ builder: ModelBuilder, _ inputs: [String: Tensor] = [:], limit: Int = .max
) throws -> Tensor? {
  let options = PlanOptions(limits: ReadLimits(maximumBytes: limit))
  var engine = Engine(try Plan(builder.model, options: options))
  return try engine.run(inputs)["y"]
}

/// What a model is refused for; empty if it runs.
private func complaint(
  _ builder: ModelBuilder, _ inputs: [String: Tensor] = [:], limit: Int = .max
) -> String {
  do {
    _ = try run(builder, inputs, limit: limit)
    return ""
  } catch {
    return "\(error)"
  }
}

/// A model of one operator with open inputs for the given tensors.
private func model(
  _ type: String, _ inputs: [(name: String, tensor: Tensor)], outputs: [String] = ["y"],
  opset: Int = 17, _ attributes: [Attribute] = []
) -> (builder: ModelBuilder, inputs: [String: Tensor]) {
  var builder = ModelBuilder()
  for (name, tensor) in inputs { builder.input(name, nil, tensor.elementType) }
  builder.graph.nodes.append(
    Node(
      name: "", inputs: inputs.map(\.name), outputs: outputs,
      operation: Operation(OperationRecord(type: type, attributes: attributes), opset: opset)))
  for output in outputs { builder.graph.outputs.append(ValueInfo(name: output)) }
  return (builder, Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.tensor) }))
}

/// A tensor of bytes.
private func bytes(_ elements: [UInt8], _ dimensions: [Int]) throws -> Tensor {
  try Tensor(elementType: .uint8, shape: Shape(dimensions), storage: Storage(elements))
}

@Test("A name with line breaks stays on the message's one line")
func namesWithLineBreaks() {
  var builder = ModelBuilder()
  builder.input("x", nil)
  builder.node("Nonsense", ["x"], ["y"], name: "two\nlines")
  builder.outputs("y")
  #expect(complaint(builder).contains("Nonsense in 'two\\nlines'"))
  builder.node("Relu", ["no\u{2028}where"], ["z"])
  builder.outputs("z")
  #expect(complaint(builder).contains("'no\\u{2028}where'"))
}

@Test("Axes beside an empty one count as memory, so that nobody goes through them")
func longAxesBesideEmptyOnes() throws {
  let empty = try tensor([], [1 << 40, 0])
  let none = try tensor([], [0])
  let parameters = ["s", "b", "m", "v"].map { (name: $0, tensor: none) }
  let training = model(
    "BatchNormalization", [("x", empty)] + parameters, [Attribute("training_mode", .int(1))])
  #expect(complaint(training.builder, training.inputs, limit: 1 << 20).hasPrefix("too large"))
  #expect(try run(training.builder, training.inputs)?.shape == empty.shape)
  var product = ModelBuilder()
  product.input("x", nil, .uint8)
  product.add(
    try Weight(
      id: WeightID(1), name: "w", elementType: .uint8, shape: Shape([0, 1 << 40]),
      dense: Storage([])))
  product.node("MatMulInteger", ["x", "w"], ["y"])
  product.outputs("y")
  let inputs = ["x": try bytes([], [1, 0])]
  #expect(complaint(product, inputs, limit: 1 << 20).hasPrefix("too large"))
  // The same out of a shorter one.
  product.weights.removeAll()
  product.graph.constants.removeAll()
  product.add(
    try Weight(
      id: WeightID(1), name: "short", elementType: .uint8, shape: Shape([0]), dense: Storage([])))
  try product.integers("shape", [0, 1 << 40])
  product.node("Reshape", ["short", "shape"], ["w"])
  #expect(complaint(product, inputs, limit: 1 << 20).hasPrefix("too large"))
}

@Test("A value beyond any machine is refused before the next step works with its size")
func valuesBeyondAnyMachine() throws {
  var builder = ModelBuilder()
  builder.input("e", nil, .int64)
  try builder.integers("shape", [1 << 59 - 1])
  builder.node("ConstantOfShape", ["shape"], ["x"])
  builder.node("Pow", ["x", "e"], ["y"])
  builder.outputs("y")
  let exponent = try Tensor(
    elementType: .int64, shape: .scalar, storage: Storage([UInt8](repeating: 0, count: 8)))
  #expect(complaint(builder, ["e": exponent]).hasPrefix("too large to run"))
}

@Test("Operands that broadcast to more elements than a word counts are refused")
func broadcastOverflow() throws {
  let sum = model(
    "Add", [("a", try tensor([], [1 << 40, 1, 0])), ("b", try tensor([], [1, 1 << 40, 0]))])
  #expect(complaint(sum.builder, sum.inputs).contains("shapes that broadcast"))
}

@Test("A sum that ends empty may have larger partial sums")
func emptySumOfMore() throws {
  let row = try tensor([Float](repeating: 1, count: 1000), [1, 1000])
  let sum = model("Sum", [("a", row), ("b", row), ("c", row), ("d", try tensor([], [0, 1]))])
  #expect(try run(sum.builder, sum.inputs)?.shape == Shape([0, 1000]))
}

@Test("An empty weight in any number of groups is refused")
func emptyWeights() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [1 << 30, 0, 1], [])
  builder.node("ConvTranspose", ["x", "w"], ["y"], [Attribute("group", .int(1 << 30))])
  builder.outputs("y")
  let x = try tensor([1], [1, 1, 1])
  #expect(complaint(builder, ["x": x]).contains("an empty weight"))
  let given = model("Conv", [("x", x), ("w", try tensor([], [0, 1, 1]))])
  #expect(complaint(given.builder, given.inputs).contains("an empty weight"))
}

@Test("Blocks longer than any axis, and along an empty axis")
func extremeBlocks() throws {
  func quantized(_ x: Tensor, _ scale: Tensor, block: Int) -> (ModelBuilder, [String: Tensor]) {
    model(
      "QuantizeLinear", [("x", x), ("s", scale)], opset: 21,
      [Attribute("axis", .int(1)), Attribute("block_size", .int(block))])
  }
  let x = try tensor([2, 4, 6, 8], [2, 2])
  let long = quantized(x, try tensor([2, 2], [2, 1]), block: .max)
  let result = try run(long.0, long.1)
  #expect(result?.storage.copied() == [1, 2, 3, 4])
  let empty = quantized(try tensor([], [2, 0]), try tensor([], [2, 0]), block: 2)
  #expect(try run(empty.0, empty.1)?.shape == Shape([2, 0]))
  let wrong = quantized(try tensor([], [2, 0]), try tensor([1, 1], [2, 1]), block: 2)
  #expect(complaint(wrong.0, wrong.1).contains("a scale of shape [2, 0]"))
}

@Test("Pads that take everything away and put as much back")
func pads() throws {
  for pads in [[1 << 62, 0, -(1 << 62), 0], [-(1 << 62), 0, 1 << 62, 0]] {
    var builder = ModelBuilder()
    builder.input("x", nil)
    try builder.integers("pads", pads)
    builder.node("Pad", ["x", "pads"], ["y"])
    builder.outputs("y")
    let result = try run(builder, ["x": try tensor([1, 2, 3, 4, 5, 6], [3, 2])])
    #expect(try result?.floats() == [0, 0, 0, 0, 0, 0])
  }
}

@Test("A scatter whose updates are its data reads all of them as they were")
func scatterOfItself() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.integers("i", [1, 2, 0])
  builder.node("Relu", ["x"], ["r"])
  builder.node("ScatterElements", ["r", "i", "r"], ["y"])
  builder.outputs("y")
  #expect(try run(builder, ["x": try tensor([1, 2, 3], [3])])?.floats() == [3, 1, 2])
}

@Test("Factors of the rows of a matrix that takes no memory count as memory")
func rowsOfUniformMatrix() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  builder.add(
    try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: Shape([1, 1 << 50]),
      repeating: [0, 0, 128, 63]))
  builder.node("Gemm", ["x", "w"], ["y"], [Attribute("alpha", .float(0.5))])
  builder.outputs("y")
  let inputs = ["x": try tensor([1], [1, 1])]
  #expect(complaint(builder, inputs, limit: 1 << 20).hasPrefix("too large"))
}

@Test("A window whose elements no word counts")
func windowsBeyondAWord() throws {
  // The product is 2^64 - 1.
  let kernel = [65_535, 42_009_217, 6_700_417]
  let x = try tensor([3], [1, 1, 1, 1, 1])
  for type in ["MaxPool", "AveragePool"] {
    let pool = model(
      type, [("x", x)],
      [
        Attribute("kernel_shape", .ints(kernel)),
        Attribute("pads", .ints(kernel.map { $0 - 1 } + [0, 0, 0])),
      ])
    #expect(try run(pool.builder, pool.inputs)?.floats() == [3])
  }
}

@Test("Rows without elements have a mean, which is no number")
func meansOfEmptyRows() throws {
  let normalization = model(
    "LayerNormalization", [("x", try tensor([], [3, 0])), ("s", try tensor([], [0]))],
    outputs: ["z", "y"])
  let means = try run(normalization.builder, normalization.inputs)?.floats()
  #expect(means?.count == 3 && means?.allSatisfy(\.isNaN) == true)
}

@Test("Values of different ranks that convolutions made are added as their shapes say")
func convolutionsOfDifferentRanks() throws {
  for isDeclared in [true, false] {
    var builder = ModelBuilder()
    builder.input("a", isDeclared ? [1, 1, 2, 3].map(Dimension.known) : nil)
    builder.input("b", isDeclared ? [4, 1, 3].map(Dimension.known) : nil)
    try builder.constant("v", [4, 1, 1, 1], [1, 2, 3, 4])
    try builder.constant("w", [2, 1, 1], [10, 20])
    builder.node("Conv", ["a", "v"], ["c"])
    builder.node("Conv", ["b", "w"], ["d"])
    builder.node("Add", ["c", "d"], ["y"])
    builder.outputs("y")
    let a: [Float] = [1, 2, 3, 4, 5, 6]
    let b = (0..<12).map { Float($0) }
    let inputs = ["a": try tensor(a, [1, 1, 2, 3]), "b": try tensor(b, [4, 1, 3])]
    let expected = (0..<24).map { index -> Float in
      let (c, h, w) = (index / 6, index / 3 % 2, index % 3)
      return Float(c + 1) * a[h * 3 + w] + Float(h + 1) * 10 * b[c * 3 + w]
    }
    #expect(try run(builder, inputs)?.floats() == expected)
  }
}

@Test("A product of integers without batches has no elements; several have a second factor each")
func batchesOfIntegers() throws {
  let none = model(
    "MatMulInteger", [("x", try bytes([], [0, 1, 2])), ("w", try bytes([1, 2], [2, 1]))])
  #expect(try run(none.builder, none.inputs)?.shape == Shape([0, 1, 1]))
  let two = model(
    "MatMulInteger",
    [("x", try bytes([1, 2, 3, 4], [2, 1, 2])), ("w", try bytes([5, 6, 7, 8], [2, 2, 1]))])
  #expect(try run(two.builder, two.inputs)?.storage.copied() == [17, 0, 0, 0, 53, 0, 0, 0])
}

@Test("A number that fills up strings stands for an empty one")
func padsOfStrings() throws {
  let strings = try Tensor(
    elementType: .string, shape: Shape([1]), storage: Storage([1, 0, 0, 0, 97]))
  let pad = model(
    "Pad", [("x", strings)], opset: 10,
    [Attribute("pads", .ints([1, 1])), Attribute("value", .float(-7))])
  let expected: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0, 97, 0, 0, 0, 0]
  #expect(try run(pad.builder, pad.inputs)?.storage.copied() == expected)
}

@Test("A residual that breaks the names of its sizes is refused")
func residualOfAnotherBatch() throws {
  for type in ["Conv", "MatMul"] {
    let shape = type == "Conv" ? [1, 1, 1] : [1, 1]
    let sizes: [Dimension] = [.named("N"), .known(1), .known(1)]
    var builder = ModelBuilder()
    builder.input("x", sizes)
    builder.input("r", sizes)
    try builder.constant("w", shape, [2])
    builder.node(type, ["x", "w"], ["c"])
    builder.node("Add", ["c", "r"], ["y"])
    builder.outputs("y")
    let two = try tensor([1, 2], [2, 1, 1])
    #expect(try run(builder, ["x": two, "r": two])?.floats() == [3, 6])
    let three = try tensor([1, 2, 3], [3, 1, 1])
    #expect(complaint(builder, ["x": two, "r": three]).contains("expected 2x1x1 to be added"))
  }
}

@Test("A constant of a convolution's output is added as its shape says")
func constantResidual() throws {
  for fuses in [false, true] {
    var builder = ModelBuilder()
    builder.input("x", [1, 1, 1, 2].map(Dimension.known))
    try builder.constant("w", [2, 1, 1, 1], [1, 2])
    try builder.constant("r", [1, 2, 1, 2], [10, 20, 30, 40])
    builder.node("Conv", ["x", "w"], ["c"])
    builder.node("Add", ["c", "r"], ["y"])
    builder.outputs("y")
    var engine = Engine(try Plan(builder.model, options: PlanOptions(fuses: fuses)))
    let results = try engine.run(["x": try tensor([1, 2], [1, 1, 1, 2])])
    #expect(try results["y"]?.floats() == [11, 22, 32, 44])
  }
}

@Test("A normalization of other channels than the convolution before it has is refused")
func normalizationOfOtherChannels() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [2, 1, 1], [1, 2])
  try builder.constant("p", [3], [1, 1, 1])
  builder.node("Conv", ["x", "w"], ["c"])
  builder.node("BatchNormalization", ["c", "p", "p", "p", "p"], ["y"])
  builder.outputs("y")
  #expect(complaint(builder, ["x": try tensor([1], [1, 1, 1])]).contains("a scale of 2 elements"))
}
