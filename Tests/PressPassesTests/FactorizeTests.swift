import PressGraph
import PressLinearAlgebra
import PressTensor
import Testing

@testable import PressPasses

@Suite("Factorize") struct FactorizeTests {
  /// A matrix of a rank that its factors show.
  static func matrix(_ rows: Int, _ columns: Int, rank: Int, seed: UInt64) -> [Float] {
    LayerNetwork.product(
      LayerNetwork.random(rows * rank, seed: seed),
      LayerNetwork.random(rank * columns, seed: seed + 1), rank: rank)
  }

  static func apply(_ pass: Factorize, _ network: LayerNetwork) throws -> PassResult {
    try pass.apply(to: network.model, PassContext(threads: 2))
  }

  @Test("The rank is the smallest with enough energy, the largest with a ratio, or as given")
  func ranks() throws {
    // Squares 16, 9, 4, 1: shares 16/30, 25/30, 29/30, 1.
    let values: [Float] = [4, 3, 2, 1]
    for (share, rank) in [
      (0, 1), (0.5, 1), (16.0 / 30, 1), (0.54, 2), (0.83, 2), (0.84, 3), (0.97, 4), (1, 4),
    ] {
      #expect(RankRule.rank(of: values, keeping: share) == rank, "\(share)")
    }
    #expect(RankRule.rank(of: [0, 0, 0], keeping: 0.9) == 1)
    func rank(_ rule: RankRule, _ rows: Int, _ columns: Int) -> Int? {
      let values = [Float](repeating: 1, count: min(rows, columns))
      return try? rule.rank(of: values, rows: rows, columns: columns)
    }
    // 10x100 has 1000 parameters, each rank takes 110.
    #expect(rank(.ratio(0.5), 10, 100) == 4 && rank(.ratio(0.45), 10, 100) == 5)
    #expect(rank(.ratio(0.89), 10, 100) == 1 && rank(.ratio(0.9), 10, 100) == nil)
    #expect(rank(.ratio(0), 10, 100) == 9)
    #expect(rank(.rank(9), 10, 100) == 9 && rank(.rank(10), 10, 100) == nil)
    #expect(rank(.rank(11), 10, 100) == nil && rank(.energy(1), 10, 100) == nil)
    #expect(rank(.rank(1), 2, 2) == nil && rank(.rank(1), 2, 3) == 1)
  }

  @Test("A Gemm becomes two whose product is the best one; the error is that of the dropped values")
  func error() throws {
    let (rows, columns) = (12, 20)
    var network = LayerNetwork()
    network.input("x", [0, columns])
    try network.random("w", [rows, columns], seed: 4)
    try network.random("b", [rows], seed: 5)
    network.node("Gemm", ["x", "w", "b"], "y", [Attribute("transB", .int(1))])
    network.outputs("y")
    let matrix = try network.model.floats("w")
    let whole = try SingularValueDecomposition(
      matrix.map(Double.init), rows: rows, columns: columns)
    let total = whole.values.reduce(0) { $0 + $1 * $1 }
    for rank in [1, 3, 7] {
      let result = try Self.apply(Factorize(rank: rank), network)
      #expect(result.model.types == ["Gemm", "Gemm"])
      let product = LayerNetwork.product(
        try result.model.floats("w.second"), try result.model.floats("w.first"), rank: rank)
      let left = zip(matrix, product).reduce(0.0) {
        $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
      }
      let dropped = whole.values.dropFirst(rank).reduce(0) { $0 + $1 * $1 }
      let relative = (dropped / total).squareRoot()
      #expect(abs((left / total).squareRoot() - relative) < 1e-5)
      let told = result.layers[0].reason.split(separator: " ").last.flatMap { Double($0) }
      #expect(abs((told ?? -1) - relative) < 1e-5, "\(result.layers[0].reason)")
      #expect(result.layers[0].name == "/y" && result.layers[0].tensor == "w")
      // The bias stays with the second, and both weights say where they come from.
      #expect(result.model.graph?.nodes[1].inputs == ["y.first", "w.second", "b"])
      #expect(result.model.weights.map(\.origins) == [[], [WeightID(1)], [WeightID(1)]])
      #expect(result.model.weights.map(\.name) == ["b", "w.first", "w.second"])
    }
  }

  @Test(
    "Every way to take a matrix computes the same at its full rank",
    arguments: [17, 9], [(false, false), (false, true), (true, false), (true, true)])
  func gemm(opset: Int, transposed: (a: Bool, b: Bool)) throws {
    let flags = [
      Attribute("transA", .int(transposed.a ? 1 : 0)),
      Attribute("transB", .int(transposed.b ? 1 : 0)), Attribute("alpha", .float(0.5)),
      Attribute("beta", .float(-2)),
    ]
    let matrix = Self.matrix(8, 10, rank: 2, seed: 20)
    for isLeft in [false, true] {
      var network = LayerNetwork()
      network.opset = opset
      // The weight is (8, 10) on either side; the other operand fits its sums.
      try network.constant("w", [8, 10], matrix)
      let flag = isLeft ? transposed.a : transposed.b
      let sums = flag == isLeft ? 8 : 10
      let other = isLeft ? transposed.b : transposed.a
      network.input("x", isLeft == other ? [3, sums] : [sums, 3])
      let outputs = 18 - sums
      try network.random("c", isLeft ? [outputs, 1] : [outputs], seed: 22)
      network.node("Gemm", isLeft ? ["w", "x", "c"] : ["x", "w", "c"], "y", flags)
      network.outputs("y")
      let result = try Self.apply(Factorize(rank: 2), network)
      #expect(result.layers.map(\.isChanged) == [true])
      #expect(result.model.types == ["Gemm", "Gemm"])
      #expect(try result.model.distance(from: network.model) < 1e-5)
    }
  }

  @Test("Products of matrices on either side, under a Transpose, and batched ones")
  func products() throws {
    let matrix = Self.matrix(9, 12, rank: 3, seed: 30)
    for (weight, input, inputs) in [
      ("w", [2, 4, 9], ["x", "w"]), ("w", [2, 12, 5], ["w", "x"]), ("t", [0, 12], ["x", "t"]),
    ] {
      var network = LayerNetwork()
      network.input("x", input)
      try network.constant("w", [9, 12], matrix)
      if weight == "t" { network.node("Transpose", ["w"], "t") }
      network.node("MatMul", inputs, "y")
      network.outputs("y")
      let result = try Self.apply(Factorize(rank: 3), network)
      #expect(result.model.types == ["MatMul", "MatMul"])
      #expect(result.model.weights.count == 2)
      #expect(try result.model.distance(from: network.model) < 1e-5)
    }
    var batched = LayerNetwork()
    batched.input("x", [2, 4, 6])
    try batched.random("w", [2, 6, 9], seed: 3)
    batched.node("MatMul", ["x", "w"], "y")
    batched.outputs("y")
    #expect(try declined(Factorize(rank: 2), batched)?.contains("no matrix") == true)
  }

  @Test("Convolutions by channel and spatially, with strides, dilations and one-sided padding")
  func convolutions() throws {
    let settings: [[Attribute]] = [
      [], [Attribute("pads", .ints([1, 0, 2, 1]))],
      [Attribute("strides", .ints([1, 2])), Attribute("pads", .ints([0, 1, 1, 0]))],
      [Attribute("dilations", .ints([2, 1])), Attribute("strides", .ints([2, 1]))],
      [Attribute("auto_pad", .string(Array("SAME_UPPER".utf8)))],
    ]
    let (outputs, inputs, height, width, rank) = (10, 6, 3, 5, 2)
    let channel = Self.matrix(outputs, inputs * height * width, rank: rank, seed: 40)
    let arranged = Self.matrix(inputs * height, outputs * width, rank: rank, seed: 41)
    let spatial = (0..<channel.count).map { place -> Float in
      let (b, a) = (place % width, place / width % height)
      let (c, n) = (place / width / height % inputs, place / width / height / inputs)
      return arranged[(c * height + a) * outputs * width + n * width + b]
    }
    for attributes in settings {
      for (mode, kernel) in [(Factorize.Mode.channel, channel), (.spatial, spatial)] {
        var network = LayerNetwork()
        network.input("x", [0, inputs, 9, 11])
        try network.constant("k", [outputs, inputs, height, width], kernel)
        try network.random("b", [outputs], seed: 42)
        network.node("Conv", ["x", "k", "b"], "y", attributes)
        network.outputs("y")
        let result = try Self.apply(Factorize(rank: rank, mode: mode), network)
        #expect(result.layers.map(\.isChanged) == [true], "\(result.layers)")
        #expect(result.model.types == ["Conv", "Conv"])
        #expect(
          try result.model.distance(from: network.model) < 1e-5, "\(mode) \(attributes)")
      }
    }
  }

  @Test("A weight of several layers is factorized once, for all of them")
  func tied() throws {
    var network = LayerNetwork()
    network.input("x", [0, 16])
    try network.constant("w", [16, 16], Self.matrix(16, 16, rank: 2, seed: 50))
    network.node("MatMul", ["x", "w"], "h")
    network.node("Relu", ["h"], "r")
    network.node("MatMul", ["r", "w"], "y")
    network.outputs("y", "h")
    let result = try Self.apply(Factorize(rank: 2), network)
    #expect(result.layers.count == 1 && result.model.weights.count == 2)
    #expect(result.model.types == ["MatMul", "MatMul", "Relu", "MatMul", "MatMul"])
    #expect(try result.model.distance(from: network.model) < 1e-5)
    network.graph.nodes[2].operation = Operation(
      OperationRecord(type: "Gemm", attributes: [Attribute("transB", .int(1))]), opset: 17)
    let reason = try declined(Factorize(rank: 2), network)
    #expect(reason == "/h and /y use it differently")
  }

  @Test("Constant nodes and defaults of inputs go with the weight that they held")
  func leftovers() throws {
    var network = LayerNetwork()
    network.input("x", [0, 12])
    network.input("w", [12, 12])
    try network.constant("w", [12, 12], Self.matrix(12, 12, rank: 1, seed: 60))
    try network.constant("v", [12, 12], Self.matrix(12, 12, rank: 1, seed: 61))
    network.graph.constants.removeLast()
    network.graph.nodes.append(
      Node(inputs: [], outputs: ["v"], operation: .constant(WeightID(2), .constant)))
    network.node("MatMul", ["x", "w"], "h")
    network.node("MatMul", ["h", "v"], "y")
    network.outputs("y")
    let result = try Self.apply(Factorize(rank: 1), network)
    #expect(result.model.graph?.inputs.map(\.name) == ["x"])
    #expect(result.model.types == ["MatMul", "MatMul", "MatMul", "MatMul"])
    #expect(result.model.weights.count == 4)
    #expect(try result.model.distance(from: network.model) < 1e-5)
  }

  @Test("An override decides for its layers, the last one that matches")
  func overrides() throws {
    var network = LayerNetwork()
    network.input("x", [0, 16])
    for (place, name) in ["a", "b", "c"].enumerated() {
      try network.random(name, [16, 16], seed: UInt64(70 + place))
      network.node("MatMul", [place == 0 ? "x" : "h\(place - 1)", name], "h\(place)")
    }
    network.outputs("h2")
    let pass = Factorize(
      rank: 5,
      overrides: [
        Override(layers: ["b", "c"], ratio: 0.5), Override(layers: ["c"], energy: 0),
      ])
    let result = try Self.apply(pass, network)
    #expect(
      result.layers.map { $0.reason.prefix(6) } == ["rank 5", "rank 4", "rank 1"])
    #expect(throws: PassError.self) {
      try Factorize(rank: 5, overrides: [Override(layers: ["b"], bits: 4)]).check()
    }
    #expect(throws: PassError.self) {
      try Factorize(rank: 5, overrides: [Override(layers: ["b"], rank: 2, energy: 0.5)]).check()
    }
  }

  @Test("The same result for any number of threads; the history holds the options")
  func deterministic() throws {
    var network = LayerNetwork()
    network.input("x", [0, 30])
    for place in 0..<5 {
      try network.random("w\(place)", [30, 30], seed: UInt64(80 + place))
      network.node("MatMul", [place == 0 ? "x" : "h\(place - 1)", "w\(place)"], "h\(place)")
    }
    network.outputs("h4")
    let pass = Factorize(ratio: 0.5)
    let results = try [1, 2, 3].map {
      try pass.apply(to: network.model, PassContext(threads: $0)).model
    }
    for result in results.dropFirst() {
      #expect(result.weights.map(\.name) == results[0].weights.map(\.name))
      for (a, b) in zip(result.weights, results[0].weights) {
        #expect(try a.decoded().copied() == b.decoded().copied())
      }
    }
    let record = results[0].history.passes.first
    #expect(record?.name == "factorize")
    #expect(record?.options == #"{"mode":"channel","ratio":0.5}"#)
  }
}
