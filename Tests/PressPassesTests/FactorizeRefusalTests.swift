import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("What factorize leaves alone, and why") struct FactorizeRefusalTests {
  /// `y = x w`, with a (12, 12) weight.
  static func product(_ elements: [Float]? = nil, _ type: ElementType = .float32) throws
    -> LayerNetwork
  {
    var network = LayerNetwork()
    network.input("x", [0, 12])
    try network.constant(
      "w", [12, 12], elements ?? LayerNetwork.random(144, seed: 1), type)
    network.node("MatMul", ["x", "w"], "y")
    network.outputs("y")
    return network
  }

  @Test("Options out of range, and several that exclude each other")
  func options() throws {
    for energy in [-0.1, 1.1, .nan] {
      #expect(throws: PassError.self) { try Factorize(energy: energy).check() }
    }
    for ratio in [-0.1, 1.1, .nan, .infinity] {
      #expect(throws: PassError.self) { try Factorize(ratio: ratio).check() }
    }
    for rank in [0, -1] { #expect(throws: PassError.self) { try Factorize(rank: rank).check() } }
    #expect(throws: PassError.self) { try Factorize(energy: 0.5, rank: 1).check() }
    #expect(throws: PassError.self) { try Factorize(rank: 1, ratio: 0.5).check() }
    #expect(throws: GraphError.self) {
      try Factorize(layers: ["none*"]).apply(to: try Self.product().model, PassContext())
    }
    let alone = Model(graph: nil, weights: try Self.product().weights)
    #expect(throws: GraphError.missingGraph) {
      try Factorize().apply(to: alone, PassContext())
    }
  }

  @Test("A rank above the full rank, and a ratio that even rank 1 misses, are out of reach")
  func unreachable() throws {
    let network = try Self.product()
    for pass in [Factorize(rank: 13), Factorize(ratio: 0.9), Factorize(ratio: 1)] {
      #expect {
        try pass.apply(to: network.model, PassContext())
      } throws: { error in
        if case PassError.unreachable? = error as? PassError { true } else { false }
      }
    }
    // Where another layer can have it, the one that can't is declined.
    var both = network
    try both.random("v", [12, 40], seed: 2)
    both.node("MatMul", ["y", "v"], "z")
    both.outputs("z")
    let result = try Factorize(ratio: 0.84).apply(to: both.model, PassContext())
    #expect(result.layers.map(\.isChanged) == [false, true])
    #expect(try declined(Factorize(rank: 6), network)?.contains("instead of 144") == true)
  }

  @Test("Elements that are no finite numbers, other types, small and constant matrices")
  func elements() throws {
    var bad = LayerNetwork.random(144, seed: 1)
    bad[77] = .nan
    #expect(try declined(Factorize(), try Self.product(bad))?.contains("infinity") == true)
    bad[77] = -.infinity
    #expect(try declined(Factorize(), try Self.product(bad))?.contains("infinity") == true)
    #expect(
      try declined(Factorize(), try Self.product(nil, .float64))?.contains("float64") == true)
    var small = LayerNetwork()
    small.input("x", [0, 2])
    try small.random("w", [2, 2], seed: 1)
    small.node("MatMul", ["x", "w"], "y")
    small.outputs("y")
    #expect(try declined(Factorize(), small)?.contains("2x2") == true)
    var constant = try Self.product()
    constant.weights[0] = try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: Shape([12, 12]),
      repeating: [0, 0, 0x80, 0x3F])
    #expect(try declined(Factorize(), constant)?.contains("one element") == true)
  }

  @Test("An all-zero layer becomes two of rank 1 that make zeros")
  func zeros() throws {
    let network = try Self.product([Float](repeating: 0, count: 144))
    let result = try Factorize().apply(to: network.model, PassContext())
    #expect(result.layers[0].reason == "rank 1 of 12, 24 of 144 parameters, relative error 0.0")
    #expect(try result.model.run()["y"]?.allSatisfy { $0 == 0 } == true)
  }

  @Test("Half-precision weights stay so")
  func half() throws {
    for type in [ElementType.float16, .bfloat16] {
      let elements = FactorizeTests.matrix(12, 12, rank: 1, seed: 3)
      let network = try Self.product(elements, type)
      let result = try Factorize(rank: 1).apply(to: network.model, PassContext())
      #expect(result.model.weights.map(\.elementType) == [type, type])
      let product = LayerNetwork.product(
        try result.model.floats("w.first"), try result.model.floats("w.second"), rank: 1)
      for (a, b) in zip(product, elements) { #expect((a - b).magnitude < 0.02) }
    }
  }

  @Test("What passes made of a weight before is not lost")
  func order() throws {
    let network = try Self.product()
    let pruned = try Prune(ratio: 0.9).apply(to: network.model, PassContext()).model
    let sparse = try Factorize().apply(to: pruned, PassContext())
    #expect(sparse.layers.map(\.isChanged) == [false])
    #expect(sparse.layers[0].reason.contains("unstructured"))
    // Twice: the factors are weights like others, and shrink again or are declined.
    let once = try Factorize(ratio: 0.5).apply(to: network.model, PassContext()).model
    let twice = try Factorize(ratio: 0.5).apply(to: once, PassContext())
    #expect(twice.layers.count == 2)
    for weight in twice.model.weights { #expect(weight.shape.count <= 36) }
    _ = try twice.model.run()
  }

  @Test("Groups, one-dimensional windows in spatial mode, and operators without such a form")
  func operators() throws {
    func network(_ type: String, _ shape: [Int], _ attributes: [Attribute] = []) throws
      -> LayerNetwork
    {
      var network = LayerNetwork()
      network.input("x", [0, 8, 9, 9])
      try network.random("w", shape, seed: 1)
      network.node(type, ["x", "w"], "y", attributes)
      network.outputs("y")
      return network
    }
    let grouped = try network("Conv", [8, 4, 3, 3], [Attribute("group", .int(2))])
    #expect(try declined(Factorize(), grouped)?.contains("2 groups") == true)
    let flat = try network("Conv", [8, 8, 1, 3])
    #expect(try declined(Factorize(mode: .spatial), flat)?.contains("1x3") == true)
    let transposed = try network("ConvTranspose", [8, 8, 3, 3])
    #expect(try declined(Factorize(), transposed)?.contains("ConvTranspose") == true)
  }

  @Test("Spatial factors whose first layer would run at many more positions")
  func positions() throws {
    var network = LayerNetwork()
    network.input("x", [0, 8, 16, 64])
    try network.random("w", [8, 8, 3, 3], seed: 1)
    network.node("Conv", ["x", "w"], "y", [Attribute("strides", .ints([1, 8]))])
    network.outputs("y")
    // 8 * 8 * 9 = 576; rank 4 takes 4 * 48 = 192 parameters, but 4 * 24 * (8 + 1) products.
    let reason = try declined(Factorize(rank: 4, mode: .spatial), network)
    #expect(reason?.contains("multiply-accumulates") == true, "\(reason ?? "changed")")
    let one = try Factorize(rank: 1, mode: .spatial).apply(to: network.model, PassContext())
    #expect(one.layers.map(\.isChanged) == [true])
  }
}
