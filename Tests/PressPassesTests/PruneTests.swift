import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Prune") struct PruneTests {
  /// A model of weights alone, so that every float matrix is one to prune.
  static func model(_ matrices: [[Float]], columns: Int) throws -> Model {
    Model(
      graph: nil,
      weights: try matrices.enumerated().map { index, floats in
        let tensor = try Tensor(floats, shape: Shape([floats.count / columns, columns]))
        return try Weight(
          id: WeightID(UInt32(index + 1)), name: "w\(index)", elementType: .float32,
          shape: tensor.shape, dense: tensor.storage)
      })
  }

  static func floats(_ weight: Weight) throws -> [Float] {
    try Tensor(elementType: .float32, shape: weight.shape, storage: weight.decoded()).floats()
  }

  /// The definition: sort by (magnitude, tensor, index) and set the first to 0.
  static func expected(_ matrices: [[Float]], ratio: Double) -> [[Float]] {
    var places: [(magnitude: Float, tensor: Int, index: Int)] = []
    for (tensor, floats) in matrices.enumerated() {
      for (index, value) in floats.enumerated() {
        places.append((value.magnitude, tensor, index))
      }
    }
    places.sort { ($0.magnitude, $0.tensor, $0.index) < ($1.magnitude, $1.tensor, $1.index) }
    var result = matrices
    for place in places.prefix(Int((ratio * Double(places.count)).rounded(.down))) {
      result[place.tensor][place.index] = 0
    }
    return result
  }

  @Test("Global and by layer: the zeros are those of the definition, ties and old zeros included")
  func definition() throws {
    var generator = SeededGenerator(seed: 11)
    for columns in [1, 3, 8] {
      // Few different magnitudes, so that most elements tie; some are 0 or -0 already.
      let values: [Float] = [0, -0, 0.5, -0.5, 1, -1, 2, 1e-30, -3]
      let matrices = [5, 1, 9].map { rows in
        (0..<(rows * columns)).map { _ in values.randomElement(using: &generator) ?? 0 }
      }
      let model = try Self.model(matrices, columns: columns)
      for ratio in [0, 0.01, 0.3, 0.5, 0.77, 0.99, 1] {
        let pruned = try Prune(ratio: ratio).apply(to: model, PassContext()).model
        #expect(
          try pruned.weights.map(Self.floats) == Self.expected(matrices, ratio: ratio),
          "global \(ratio), \(columns) columns")
        let layers = try Prune(ratio: ratio, scope: .layer).apply(to: model, PassContext()).model
        for (weight, matrix) in zip(layers.weights, matrices) {
          #expect(try Self.floats(weight) == Self.expected([matrix], ratio: ratio)[0])
          #expect(try weight.knownNonzeros == weight.countNonzeros(in: try weight.contents()))
        }
      }
    }
  }

  @Test("Pruning twice is pruning once at the larger ratio, through supports and codebooks")
  func repeated() throws {
    var generator = SeededGenerator(seed: 5)
    let matrix = (0..<400).map { _ in Float.random(in: -1...1, using: &generator) }
    let model = try Self.model([matrix], columns: 20)
    let first = try Prune(ratio: 0.6).apply(to: model, PassContext()).model
    #expect(first.weights[0].support == .unstructured)
    let second = try Prune(ratio: 0.9).apply(to: first, PassContext()).model
    #expect(try Self.floats(second.weights[0]) == Self.expected([matrix], ratio: 0.9)[0])
    let less = try Prune(ratio: 0.2).apply(to: first, PassContext()).model
    #expect(try Self.floats(less.weights[0]) == Self.floats(first.weights[0]))
    var constant = model
    constant.weights[0] = try Weight(
      id: WeightID(1), name: "w0", elementType: .float32, shape: Shape([20, 20]),
      repeating: [0, 0, 0x80, 0x3F])
    let half = try Prune(ratio: 0.5).apply(to: constant, PassContext()).model
    #expect(half.weights[0].values == .codebook(bits: 0))
    let ones = [Float](repeating: 0, count: 200) + [Float](repeating: 1, count: 200)
    #expect(try Self.floats(half.weights[0]) == ones)
  }

  @Test("Half-precision and double weights are ranked by value beside single ones")
  func types() throws {
    func bytes(_ words: [UInt16]) -> Storage {
      var result: [UInt8] = []
      for word in words { result.appendLittleEndian(word) }
      return Storage(result)
    }
    var model = try Self.model([[0.3, 0.7]], columns: 2)
    let shape = try Shape([1, 2])
    // 0.5 and 0.0000305 as binary16 (the second subnormal), 0.25 and 4 as bfloat16.
    model.weights.append(
      try Weight(
        id: WeightID(2), name: "half", elementType: .float16, shape: shape,
        dense: bytes([0x3800, 0x0200])))
    model.weights.append(
      try Weight(
        id: WeightID(3), name: "brain", elementType: .bfloat16, shape: shape,
        dense: bytes([0x3E80, 0xC080])))
    let pruned = try Prune(ratio: 0.5).apply(to: model, PassContext()).model
    #expect(try Self.floats(pruned.weights[0]) == [0, 0.7])
    #expect(try pruned.weights[1].decoded().copied() == bytes([0x3800, 0]).copied())
    #expect(try pruned.weights[2].decoded().copied() == bytes([0, 0xC080]).copied())
  }

  @Test("Ratios outside 0 to 1 and patterns without a match are refused")
  func refused() throws {
    let model = try Self.model([[1, 2]], columns: 2)
    #expect(throws: PassError.self) { try Prune(ratio: 1.01).check() }
    #expect(throws: PassError.self) { try Prune(ratio: .nan).check() }
    #expect(throws: GraphError.self) {
      try Prune(ratio: 0.5, layers: ["nothing*"]).apply(to: model, PassContext())
    }
  }

  @Test("The history says what ran, with its options")
  func history() throws {
    let model = try Self.model([[1, 2]], columns: 2)
    let pruned = try Prune(ratio: 0.5)
      .apply(to: model, PassContext(seed: 3, tool: "test")).model
    let record = pruned.history.passes.first
    #expect(record?.name == "prune" && record?.seed == 3 && record?.tool == "test")
    #expect(record?.options == #"{"ratio":0.5,"scope":"global"}"#)
  }
}
