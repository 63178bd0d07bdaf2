import PressEngine
import PressGraph
import PressTensor
import Testing

/// The floats of one output of a model that is run once.
private func run(
  _ builder: ModelBuilder, _ inputs: [String: Tensor], _ output: String = "y",
  options: PlanOptions = PlanOptions()
) throws -> (shape: [Int], floats: [Float]) {
  var engine = Engine(try Plan(builder.model, options: options))
  let tensor = try #require(try engine.run(inputs)[output])
  return (tensor.shape.dimensions, try tensor.floats())
}

@Test("Gemm multiplies, scales and adds as its attributes say")
func gemm() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown, .known(2)])
  try builder.constant("w", [2, 3], [1, 2, 3, 4, 5, 6])
  try builder.constant("b", [1, 3], [10, 20, 30])
  builder.node(
    "Gemm", ["x", "w", "b"], ["y"],
    [Attribute("alpha", .float(2)), Attribute("beta", .float(0.5))])
  builder.outputs("y")
  let (shape, floats) = try run(builder, ["x": tensor([1, 0, 1, 1], [2, 2])])
  #expect(shape == [2, 3])
  #expect(floats == [7, 14, 21, 15, 24, 33])
}

@Test("A matrix product takes any leading axes, and a bias is added by broadcasting")
func matrixProduct() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [2, 2], [1, 2, 3, 4])
  try builder.constant("b", [2], [100, 200])
  builder.node("MatMul", ["x", "w"], ["m"])
  builder.node("Add", ["m", "b"], ["y"])
  builder.outputs("y")
  let cube = try run(builder, ["x": tensor([1, 0, 0, 1, 1, 1, 2, 0], [2, 2, 2])])
  #expect(cube.shape == [2, 2, 2])
  #expect(cube.floats == [101, 202, 103, 204, 104, 206, 102, 204])
  #expect(try run(builder, ["x": tensor([1, 1], [2])]).shape == [2])
}

@Test("A convolution slides over a padded image, with SAME padding at the end")
func convolution() throws {
  var builder = ModelBuilder()
  builder.input("x", [.known(1), .known(1), .known(2), .known(3)])
  try builder.constant("w", [1, 1, 2, 2], [1, 10, 100, 1000])
  builder.node(
    "Conv", ["x", "w"], ["y"], [Attribute("auto_pad", .string(Array("SAME_UPPER".utf8)))])
  builder.outputs("y")
  let (shape, floats) = try run(builder, ["x": tensor([1, 2, 3, 4, 5, 6], [1, 1, 2, 3])])
  #expect(shape == [1, 1, 2, 3])
  #expect(floats == [5421, 6532, 603, 54, 65, 6])
}

@Test("Pools, global pools, reshape, dropout and identity do what ONNX says")
func otherOperators() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.integers("shape", [0, -1])
  builder.node(
    "AveragePool", ["x"], ["a"],
    [
      Attribute("kernel_shape", .ints([2, 2])), Attribute("ceil_mode", .int(1)),
      Attribute("strides", .ints([2, 2])),
    ])
  builder.node("Dropout", ["a"], ["d"])
  builder.node("Identity", ["d"], ["i"])
  builder.node("Reshape", ["i", "shape"], ["y"])
  builder.node("GlobalAveragePool", ["x"], ["z"])
  builder.outputs("y", "z")
  let inputs = ["x": try tensor((1...9).map { Float($0) }, [1, 1, 3, 3])]
  let y = try run(builder, inputs)
  #expect(y.shape == [1, 4])
  #expect(y.floats == [3, 4.5, 7.5, 9])
  let z = try run(builder, inputs, "z")
  #expect(z.shape == [1, 1, 1, 1])
  #expect(z.floats == [5])
}

@Test("Sparse weights give what dense ones give, whatever is preferred, and say so")
func sparseEqualsDense() throws {
  let inputs = try smallInputs(9)
  let dense = try run(smallNetwork(isSparse: false), inputs).floats
  for preference in PlanOptions.Preference.allCases {
    let options = PlanOptions(prefer: preference)
    let found = try run(smallNetwork(isSparse: true), inputs, options: options).floats
    #expect(zip(found, dense).allSatisfy { ($0 - $1).magnitude <= 1e-6 })
  }
  let model = try smallNetwork(isSparse: true).model
  let fast = try layers(model, .speed)
  #expect(fast["Conv"]?.reason.hasPrefix("kept dense: 43 % zeros") == true)
  #expect(fast["Gemm"]?.reason == "sparse: 77 % zeros")
  let small = try layers(model, .memory)
  #expect(small["Conv"]?.reason == "sparse: 43 % zeros, kept as gaps and float32")
  #expect(small["Conv"]?.kernel == "convolution, sparse, expanded by rows")
}

/// The layers of a plan by operator.
private func layers(
  _ model: Model, _ preference: PlanOptions.Preference
) throws -> [String: Plan.Layer] {
  let layers = try Plan(model, options: PlanOptions(prefer: preference)).layers
  return Dictionary(layers.map { ($0.operation, $0) }) { first, _ in first }
}

@Test("Results have the same bits on 1, 2 and 3 threads, and alone or in a batch")
func bitIdentical() throws {
  for isSparse in [false, true] {
    let plan = try Plan(smallNetwork(isSparse: isSparse).model)
    let inputs = try smallInputs(70)
    var engine = Engine(plan)
    let expected = try #require(try engine.run(inputs)["y"]).floats()
    for threads in [2, 3] {
      var other = Engine(plan, threads: threads)
      #expect(try other.run(inputs)["y"]?.floats() == expected)
    }
    let all = try #require(inputs["x"]).floats()
    var alone: [Float] = []
    for example in 0..<70 {
      let one = try tensor(Array(all[(example * 72)..<((example + 1) * 72)]), [1, 2, 6, 6])
      alone += try #require(try engine.run(["x": one])["y"]).floats()
    }
    #expect(alone == expected)
  }
}

@Test("Asking for values in between changes no result, and gives every one")
func intermediateValues() throws {
  let model = try smallNetwork(isSparse: false).model
  var engine = Engine(try Plan(model, options: PlanOptions(fuses: false)))
  var fused = Engine(try Plan(model))
  let inputs = try smallInputs(3)
  let alone = try fused.run(inputs)
  let names: Set = ["x", "c", "r", "p", "f", "g"]
  let all = try engine.run(inputs, including: names)
  #expect(Set(all.keys) == names.union(["y"]))
  #expect(try all["y"]?.floats() == alone["y"]?.floats())
  #expect(try all["x"]?.floats() == inputs["x"]?.floats())
  let convolved = try #require(all["c"]).floats()
  #expect(convolved.contains { $0 < 0 })
  #expect(try all["r"]?.floats() == convolved.map { max($0, 0) })
  #expect(try all["f"]?.floats() == all["p"]?.floats())
  #expect(all["f"]?.shape.dimensions == [3, 27])
}

@Test("A value that is needed again later is not overwritten, nor is an input or an output")
func lifetimes() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown])
  builder.node("Neg", ["x"], ["a"])
  builder.node("Relu", ["a"], ["b"])
  builder.node("Neg", ["b"], ["c"])
  builder.node("Abs", ["c"], ["d"])
  builder.node("Add", ["a", "d"], ["e"])
  builder.node("Mul", ["e", "e"], ["g"])
  builder.node("Add", ["g", "x"], ["y"])
  builder.outputs("y", "b")
  let x: [Float] = [-2, 3, -5, 0.5]
  for count in [1, 4, 100] {
    let elements = (0..<count).map { x[$0 % 4] }
    var engine = Engine(try Plan(builder.model))
    let results = try engine.run(["x": tensor(elements, [count])])
    #expect(try results["b"]?.floats() == elements.map { max(-$0, 0) })
    let expected = elements.map { x in
      let e = -x + max(-x, 0)
      return e * e + x
    }
    #expect(try results["y"]?.floats() == expected)
  }
}

@Test("One engine runs any batch, empty ones too, again and again")
func changingBatches() throws {
  let plan = try Plan(smallNetwork(isSparse: true).model)
  var engine = Engine(plan, threads: 2)
  for count in [1, 7, 0, 2, 30, 3, 5, 1, 7] {
    var fresh = Engine(plan)
    let result = try #require(try engine.run(smallInputs(count))["y"])
    #expect(result.shape.dimensions == [count, 20])
    #expect(try result.floats() == fresh.run(smallInputs(count))["y"]?.floats())
  }
}

@Test("A weight of equal elements runs without being spelled out")
func uniformWeights() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown, .known(40)])
  let half: [UInt8] = [0, 0, 0, 0x3F]
  builder.add(
    try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: Shape([200, 40]),
      repeating: half))
  builder.node("Gemm", ["x", "w"], ["y"], [Attribute("transB", .int(1))])
  builder.outputs("y")
  let plan = try Plan(builder.model)
  #expect(plan.layers[0].reason == "uniform: all weights are equal")
  #expect(plan.layers[0].weightBytes < 200 * 40 * 4)
  let input = try tensor([Float](repeating: 2, count: 40), [1, 40])
  #expect(try run(builder, ["x": input]).floats == [Float](repeating: 40, count: 200))
}

@Test("A sparse weight with a codebook runs under its mask")
func sparseCodebook() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown, .known(4)])
  let codebook = try tensor([10, 20], [2]).storage
  builder.add(
    Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([2, 4]),
      support: .unstructured, values: .codebook(bits: 1),
      source: LoadedWeight(
        WeightContents(
          mask: Storage([0b1000_0010]), values: Storage([1, 0]), codebook: codebook))))
  builder.node("Gemm", ["x", "w"], ["y"], [Attribute("transB", .int(1))])
  builder.outputs("y")
  #expect(try run(builder, ["x": tensor([1, 2, 3, 4], [1, 4])]).floats == [40, 40])
}

@Test("Clip without bounds is its input, of any type, and Identity of an input is that input")
func passedInputs() throws {
  var builder = ModelBuilder()
  builder.input("x", [.unknown], .int8)
  builder.input("z", [.unknown])
  builder.node("Clip", ["x", "", ""], ["y"])
  builder.node("Identity", ["z"], ["same"])
  builder.outputs("y", "same")
  var engine = Engine(try Plan(builder.model))
  let x = try Tensor(
    elementType: .int8, shape: Shape(vectorOf: 2), storage: Storage([0x80, 0x7F]))
  let results = try engine.run(["x": x, "z": tensor([1, .nan], [2])])
  #expect(results["y"]?.storage.copied() == [0x80, 0x7F])
  #expect(try results["same"]?.floats().first == 1)
  #expect(throws: EngineError.self) { try engine.run(["x": x]) }
}
