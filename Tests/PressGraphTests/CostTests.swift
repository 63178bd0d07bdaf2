import PressGraph
import PressTensor
import Testing

@Suite("Multiply-accumulates of layers")
struct CostTests {
  /// The cost of the node `layer` in a graph; weights count up from 0, so one element is 0.
  private func cost(
    _ type: String, inputs: [(String, [Int])], weights: [(String, [Int])],
    _ attributes: [Attribute] = [], order: [String]
  ) throws -> LayerCost {
    var builder = GraphBuilder()
    for (name, sizes) in inputs { builder.input(name, sizes) }
    for (name, sizes) in weights { try builder.constant(name, sizes) }
    builder.node(type, order, ["y"], attributes, name: "layer")
    builder.outputs("y")
    let model = builder.model
    let counts = try model.weights.map { ($0.id, try $0.countNonzeros(in: try $0.contents())) }
    let shapes = try model.inferShapes()
    let costs = model.costs(shapes, nonzeros: Dictionary(uniqueKeysWithValues: counts))
    return try #require(costs.first { $0.name == "layer" })
  }

  @Test("a convolution uses each weight element once at every position of every example")
  func convolution() throws {
    let group = [Attribute("group", .int(2)), Attribute("pads", .ints([1, 1, 1, 1]))]
    let cost = try cost(
      "Conv", inputs: [("x", [2, 4, 5, 6])], weights: [("w", [8, 2, 3, 3])], group,
      order: ["x", "w"])
    #expect(cost.operation == "Conv")
    #expect(cost.macs == 2 * 8 * 5 * 6 * 2 * 9)
    #expect(cost.nonzeroMacs == (8 * 2 * 9 - 1) * 2 * 5 * 6)
  }

  @Test("a transposed convolution uses each weight element once for every input position")
  func transposedConvolution() throws {
    let cost = try cost(
      "ConvTranspose", inputs: [("x", [2, 4, 5])], weights: [("w", [4, 3, 2])], order: ["x", "w"])
    #expect(cost.macs == 2 * 4 * 5 * 3 * 2)
    #expect(cost.nonzeroMacs == (4 * 3 * 2 - 1) * 2 * 5)
  }

  @Test("matrix products, with the weight on either side or on none")
  func products() throws {
    let gemm = try cost(
      "Gemm", inputs: [("x", [3, 5])], weights: [("w", [7, 5]), ("b", [7])],
      [Attribute("transB", .int(1))], order: ["x", "w", "b"])
    #expect(gemm.macs == 3 * 5 * 7 && gemm.nonzeroMacs == 3 * (5 * 7 - 1))
    let right = try cost(
      "MatMul", inputs: [("x", [2, 3, 5])], weights: [("w", [5, 7])], order: ["x", "w"])
    #expect(right.macs == 2 * 3 * 5 * 7 && right.nonzeroMacs == 2 * 3 * (5 * 7 - 1))
    let left = try cost(
      "MatMul", inputs: [("x", [5, 7])], weights: [("w", [3, 5])], order: ["w", "x"])
    #expect(left.macs == 3 * 5 * 7 && left.nonzeroMacs == 7 * (3 * 5 - 1))
    let none = try cost(
      "MatMul", inputs: [("a", [3, 5]), ("b", [5, 7])], weights: [], order: ["a", "b"])
    #expect(none.macs == 3 * 5 * 7 && none.nonzeroMacs == 3 * 5 * 7)
  }

  @Test("products of integers count every element, whatever their zero points")
  func quantized() throws {
    var builder = GraphBuilder()
    builder.input("x", [2, 4, 5, 6], .uint8)
    builder.input("a", [3, 5], .uint8)
    for (name, type) in [("s", ElementType.float32), ("z", .uint8)] {
      try builder.weight(name, [1], type)
      builder.graph.constants.append(
        ConstantBinding(name: name, weight: WeightID(UInt32(builder.weights.count))))
    }
    builder.input("w", [8, 2, 3, 3], .uint8)
    builder.input("b", [5, 7], .uint8)
    let group = [Attribute("group", .int(2))]
    builder.node("ConvInteger", ["x", "w"], ["y0"], group)
    builder.node("QLinearConv", ["x", "s", "z", "w", "s", "z", "s", "z"], ["y1"], group)
    builder.node("MatMulInteger", ["a", "b"], ["y2"])
    builder.node("QLinearMatMul", ["a", "s", "z", "b", "s", "z", "s", "z"], ["y3"])
    builder.outputs("y0", "y1", "y2", "y3")
    let model = builder.model
    let costs = model.costs(try model.inferShapes())
    let macs = [2 * 8 * 3 * 4 * 2 * 9, 2 * 8 * 3 * 4 * 2 * 9, 3 * 5 * 7, 3 * 5 * 7]
    #expect(costs.map(\.macs) == macs && costs.map(\.nonzeroMacs) == macs)
  }

  @Test("a recurrent layer uses W and R once at each step of each example")
  func recurrent() throws {
    let cost = try cost(
      "GRU", inputs: [("x", [7, 2, 3])], weights: [("W", [1, 12, 3]), ("R", [1, 12, 4])],
      [Attribute("hidden_size", .int(4))], order: ["x", "W", "R"])
    #expect(cost.macs == 7 * 2 * (12 * 3 + 12 * 4))
    #expect(cost.nonzeroMacs == 7 * 2 * (12 * 3 - 1 + 12 * 4 - 1))
  }

  @Test("what cannot be told is nil: dynamic sizes, uncounted weights, other operators")
  func unknown() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("batch"), .known(5)])
    try builder.constant("w", [5, 7])
    builder.node("MatMul", ["x", "w"], ["m"], name: "layer")
    builder.node("Relu", ["m"], ["y"], name: "relu")
    builder.outputs("y")
    let model = builder.model
    #expect(try model.costs(model.inferShapes()).map(\.macs) == [nil, nil])
    let fixed = model.costs(try model.inferShapes(fixing: ["x": [1, 5]]))
    #expect(fixed.map(\.macs) == [35, nil])
    #expect(fixed.map(\.nonzeroMacs) == [nil, nil])
  }
}
