import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("Fold") struct FoldTests {
  /// Adds a batch normalization of a value.
  static func normalize(
    _ network: inout LayerNetwork, _ value: String, channels: Int, as output: String,
    _ attributes: [Attribute] = [Attribute("epsilon", .float(0.01))]
  ) throws {
    for (place, name) in ["scale", "bias", "mean"].enumerated() {
      try network.random("\(output).\(name)", [channels], seed: UInt64(200 + place))
    }
    try network.constant(
      "\(output).variance", [channels],
      LayerNetwork.random(channels, seed: 203).map { $0.magnitude + 0.5 })
    let parameters = ["scale", "bias", "mean", "variance"].map { "\(output).\($0)" }
    network.node("BatchNormalization", [value] + parameters, output, attributes)
  }

  static func convolution(
    _ type: String = "Conv", _ shape: [Int] = [6, 4, 3, 3], hasBias: Bool = true,
    _ attributes: [Attribute] = []
  ) throws -> LayerNetwork {
    var network = LayerNetwork()
    network.input("x", [0, 4, 7, 7])
    try network.random("k", shape, seed: 1)
    if hasBias { try network.random("b", [6], seed: 2) }
    network.node(type, hasBias ? ["x", "k", "b"] : ["x", "k"], "c", attributes)
    return network
  }

  static func apply(_ network: LayerNetwork) throws -> PassResult {
    try Fold().apply(to: network.model, PassContext())
  }

  @Test("A normalization goes into the convolution before it, with and without a bias")
  func convolutions() throws {
    for hasBias in [false, true] {
      for (type, shape, group) in [
        ("Conv", [6, 4, 3, 3], 1), ("Conv", [6, 2, 3, 3], 2), ("ConvTranspose", [4, 6, 2, 3], 1),
        ("ConvTranspose", [4, 3, 2, 3], 2),
      ] {
        var network = try Self.convolution(
          type, shape, hasBias: hasBias, [Attribute("group", .int(group))])
        try Self.normalize(&network, "c", channels: 6, as: "n")
        network.node("Relu", ["n"], "y")
        network.outputs("y")
        let result = try Self.apply(network)
        #expect(result.layers.map(\.reason) == ["/n folded in"])
        #expect(result.model.types == [type, "Relu"])
        #expect(result.model.weights.map(\.name) == ["k.folded", "k.bias"])
        #expect(result.model.weights.map(\.shape.dimensions) == [shape, [6]])
        #expect(result.model.weights.map(\.origins) == [[WeightID(1)], [WeightID(1)]])
        #expect(try result.model.distance(from: network.model) < 1e-5)
      }
    }
  }

  @Test("Factors and terms of channels follow, in any order, up to what is none")
  func factors() throws {
    var network = try Self.convolution()
    try network.random("factor", [6, 1, 1], seed: 5)
    try network.random("term", [1, 6, 1, 1], seed: 6)
    try network.constant("all", [], [3])
    network.node("Mul", ["factor", "c"], "m")
    network.node("Add", ["m", "term"], "a")
    try Self.normalize(&network, "a", channels: 6, as: "n")
    network.node("Add", ["n", "all"], "s")
    network.node("Relu", ["s"], "y")
    network.outputs("y")
    let result = try Self.apply(network)
    #expect(result.layers.map(\.reason) == ["/m, /a, /n, /s folded in"])
    #expect(result.model.types == ["Conv", "Relu"] && result.model.weights.count == 2)
    #expect(try result.model.distance(from: network.model) < 1e-5)
    // A row of the image is no channel.
    var other = try Self.convolution("Conv", [6, 4, 2, 2])
    try other.random("row", [6], seed: 5)
    other.node("Mul", ["c", "row"], "y")
    other.outputs("y")
    #expect(try declined(Fold(), other) == "nothing to fold follows it")
  }

  @Test("Into a Gemm, whatever its factors and its transposition; the output keeps its name")
  func gemm() throws {
    for isTransposed in [false, true] {
      var network = LayerNetwork()
      network.input("x", [0, 5])
      try network.random("w", isTransposed ? [8, 5] : [5, 8], seed: 1)
      try network.random("b", [8], seed: 2)
      network.node(
        "Gemm", ["x", "w", "b"], "g",
        [
          Attribute("transB", .int(isTransposed ? 1 : 0)), Attribute("alpha", .float(0.5)),
          Attribute("beta", .float(3)),
        ])
      try Self.normalize(&network, "g", channels: 8, as: "y")
      network.outputs("y")
      let result = try Self.apply(network)
      #expect(result.model.types == ["Gemm"] && result.model.graph?.outputs[0].name == "y")
      #expect(try result.model.distance(from: network.model) < 1e-5)
    }
  }

  @Test("Two layers that share a normalization's parameters, one of them through an Identity")
  func shared() throws {
    var network = try Self.convolution(hasBias: false)
    try network.random("k2", [6, 6, 1, 1], seed: 4)
    try Self.normalize(&network, "c", channels: 6, as: "n")
    network.node("Identity", ["n.mean"], "mean2")
    network.node("Conv", ["n", "k2"], "c2")
    network.node(
      "BatchNormalization", ["c2", "n.scale", "n.bias", "mean2", "n.variance"], "y")
    network.outputs("y")
    let result = try Self.apply(network)
    #expect(result.layers.map(\.isChanged) == [true, true])
    #expect(result.model.types == ["Conv", "Conv"] && result.model.weights.count == 4)
    #expect(try result.model.distance(from: network.model) < 1e-5)
    // Only one of them: the other keeps the parameters.
    let one = try Fold(layers: ["k2"]).apply(to: network.model, PassContext())
    #expect(one.model.types == ["Conv", "BatchNormalization", "Conv"])
    #expect(try one.model.distance(from: network.model) < 1e-5)
  }

  @Test("Other users, other parameters, training and weights in other forms are declined")
  func refused() throws {
    func reason(_ change: (inout LayerNetwork) throws -> Void) throws -> String {
      var network = try Self.convolution()
      try change(&network)
      network.outputs("y")
      return try declined(Fold(), network) ?? "changed"
    }
    func normalized(_ network: inout LayerNetwork, _ attributes: [Attribute] = []) throws {
      try Self.normalize(&network, "c", channels: 6, as: "y", attributes)
    }
    #expect(
      try reason { network in
        try normalized(&network)
        network.node("Relu", ["c"], "z")
        network.outputs("z")
      } == "nothing to fold follows it")
    #expect(
      try reason { network in
        try normalized(&network)
        network.outputs("c")
      } == "nothing to fold follows it")
    #expect(
      try reason { try normalized(&$0, [Attribute("training_mode", .int(1))]) }
        == "/y is one for training")
    #expect(
      try reason { network in
        try normalized(&network)
        network.input("y.mean", [6])
        network.graph.constants.removeAll { $0.name == "y.mean" }
      }.contains("'y.mean' is no constant"))
    #expect(
      try reason { network in
        try normalized(&network)
        network.weights[5] = try Weight(
          id: WeightID(6), name: "y.variance", elementType: .float32, shape: Shape([6]),
          dense: ElementType.float32.elements(of: [1, 1, -1, 1, 1, 1]))
      } == "factors that are not finite numbers")
    var network = try Self.convolution()
    try normalized(&network)
    network.outputs("y")
    let pruned = try Prune(ratio: 0.9).apply(to: network.model, PassContext()).model
    let result = try Fold().apply(to: pruned, PassContext())
    #expect(result.layers.map(\.isChanged) == [false])
    #expect(result.layers[0].reason.contains("unstructured"))
  }

  @Test("A kernel of two layers stays: folding would need it twice")
  func tied() throws {
    var network = try Self.convolution(hasBias: false)
    try Self.normalize(&network, "c", channels: 6, as: "n")
    network.node("Conv", ["x", "k"], "d")
    network.node("Add", ["n", "d"], "y")
    network.outputs("y")
    #expect(try declined(Fold(), network) == "shared by 2 layers")
  }

  @Test("Folding twice finds nothing more; the history says that it ran")
  func repeated() throws {
    var network = try Self.convolution()
    try Self.normalize(&network, "c", channels: 6, as: "y")
    network.outputs("y")
    let once = try Self.apply(network)
    let twice = try Fold().apply(to: once.model, PassContext())
    #expect(twice.layers.map(\.isChanged) == [false])
    #expect(twice.model.history.passes.map(\.name) == ["fold", "fold"])
    #expect(twice.model.history.passes[0].options == "{}")
  }
}
