import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

/// Layers that a weight of any form can be in.
enum FormedLayer: CaseIterable {
  case gemm, matrixProduct, convolution, pointwise, strided, grouped, depthwise, line, transposed
  case table, recurrent, sum

  /// The shape of the weight and the matrix that its rows and columns are.
  var weight: (shape: [Int], isTransposed: Bool) {
    switch self {
    case .gemm: ([37, 53], false)
    case .matrixProduct: ([53, 37], true)
    case .convolution: ([19, 6, 3, 3], false)
    case .pointwise: ([19, 40, 1, 1], false)
    case .strided: ([33, 5, 5, 3], false)
    case .grouped: ([38, 4, 3, 3], false)
    case .depthwise: ([12, 1, 3, 3], false)
    case .line: ([17, 9, 3], false)
    case .transposed: ([5, 9, 3, 3], false)
    case .table: ([21, 16], false)
    case .recurrent: ([1, 36, 11], false)
    case .sum: ([24, 31], false)
    }
  }

  private var input: [Int] {
    switch self {
    case .gemm: [3, 53]
    case .matrixProduct: [2, 3, 53]
    case .convolution: [1, 6, 9, 8]
    case .pointwise: [2, 40, 3, 5]
    case .strided: [1, 5, 11, 9]
    case .grouped: [2, 8, 6, 7]
    case .depthwise: [1, 12, 7, 7]
    case .line: [1, 9, 12]
    case .transposed: [1, 5, 4, 4]
    case .table: [0]
    case .recurrent: [4, 2, 11]
    case .sum: [24, 31]
    }
  }

  /// A model with the weight, and its inputs.
  func model(
    _ weight: Weight, _ generator: inout SeededGenerator
  ) throws -> (builder: ModelBuilder, inputs: [String: Tensor]) {
    var builder = ModelBuilder()
    builder.add(weight)
    guard self != .table else {
      builder.input("x", [.known(4)], .int64)
      builder.node("Gather", ["w", "x"], ["y"])
      builder.outputs("y")
      let indices = try Tensor(
        elementType: .int64, shape: Shape([4]), storage: indices([3, 0, 20, 7]))
      return (builder, ["x": indices])
    }
    builder.input("x", input.map { .known($0) })
    try addNode(&builder)
    builder.outputs("y")
    let count = input.reduce(1, *)
    let elements = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    return (builder, ["x": try tensor(elements, input)])
  }

  private func indices(_ numbers: [Int64]) -> Storage {
    var bytes: [UInt8] = []
    for number in numbers { bytes.appendLittleEndian(number) }
    return Storage(bytes)
  }

  private func addNode(_ builder: inout ModelBuilder) throws {
    let same = Attribute("pads", .ints([1, 1, 1, 1]))
    switch self {
    case .gemm:
      try builder.constant("b", [37], (0..<37).map { Float($0) / 37 })
      builder.node(
        "Gemm", ["x", "w", "b"], ["y"],
        [Attribute("transB", .int(1)), Attribute("alpha", .float(0.5))])
    case .matrixProduct: builder.node("MatMul", ["x", "w"], ["y"])
    case .convolution:
      builder.node("Conv", ["x", "w"], ["c"], [same])
      builder.node("Relu", ["c"], ["y"])
    case .pointwise, .line: builder.node("Conv", ["x", "w"], ["y"])
    case .strided: builder.node("Conv", ["x", "w"], ["y"], [Attribute("strides", .ints([2, 1]))])
    case .grouped: builder.node("Conv", ["x", "w"], ["y"], [same, Attribute("group", .int(2))])
    case .depthwise: builder.node("Conv", ["x", "w"], ["y"], [same, Attribute("group", .int(12))])
    case .transposed: builder.node("ConvTranspose", ["x", "w"], ["y"])
    case .recurrent:
      try builder.constant("r", [1, 36, 9], (0..<324).map { Float($0 % 17 - 8) / 40 })
      builder.node("LSTM", ["x", "w", "r"], ["y"], [Attribute("hidden_size", .int(9))])
    case .sum: builder.node("Add", ["x", "w"], ["y"])
    case .table: break
    }
  }

  /// The layer's matrix: what support and granularity speak of.
  func view(_ shape: Shape) -> MatrixView {
    switch self {
    case .matrixProduct: MatrixView(transposed: shape)
    case .recurrent: MatrixView(byLastAxis: shape)
    default: MatrixView(shape)
    }
  }
}

@Suite("Weights of every form")
struct WeightFormTests {
  private func outputs(
    _ model: Model, _ inputs: [String: Tensor], _ options: PlanOptions, threads: Int = 1
  ) throws -> [Float] {
    var engine = Engine(try Plan(model, options: options), threads: threads)
    return try #require(try engine.run(inputs)["y"]).floats()
  }

  @Test(
    "every layer computes from every form what it does from the decoded weight",
    arguments: FormedLayer.allCases)
  func allForms(layer: FormedLayer) throws {
    var generator = SeededGenerator(seed: 7)
    let shape = try Shape(layer.weight.shape)
    for form in WeightForm.all {
      let weight = try form.weight(
        1, name: "w", shape: shape, view: layer.view(shape), &generator)
      let (builder, inputs) = try layer.model(weight, &generator)
      var plain = builder
      plain.weights[0] = try Weight(
        id: weight.id, name: "w", elementType: .float32, shape: shape, dense: weight.decoded())
      let expected = try outputs(plain.model, inputs, PlanOptions())
      for prefer in PlanOptions.Preference.allCases {
        let found = try outputs(builder.model, inputs, PlanOptions(prefer: prefer))
        let worst = zip(found, expected).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(
          found.count == expected.count && worst <= 2e-4, "\(form), \(prefer): off by \(worst)")
        let threaded = try outputs(
          builder.model, inputs, PlanOptions(prefer: prefer), threads: 2)
        #expect(found == threaded, "\(form), \(prefer), two threads")
      }
    }
  }

  @Test("a product takes streams in the tensor's order as well as in that of its rows")
  func tensorOrder() throws {
    var generator = SeededGenerator(seed: 8)
    let shape = try Shape([53, 37])
    for form in WeightForm.all where form.granularity == .tensor {
      let weight = try form.weight(
        1, name: "w", shape: shape, view: MatrixView(shape), &generator)
      let (builder, inputs) = try FormedLayer.matrixProduct.model(weight, &generator)
      var plain = builder
      plain.weights[0] = try Weight(
        id: weight.id, name: "w", elementType: .float32, shape: shape, dense: weight.decoded())
      let expected = try outputs(plain.model, inputs, PlanOptions())
      for prefer in PlanOptions.Preference.allCases {
        let found = try outputs(builder.model, inputs, PlanOptions(prefer: prefer))
        let worst = zip(found, expected).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(worst <= 2e-4, "\(form), \(prefer): off by \(worst)")
      }
    }
  }

  @Test("where memory is preferred codes stay codes, and reports say how they are used")
  func resident() throws {
    var generator = SeededGenerator(seed: 3)
    func layer(_ form: WeightForm, _ prefer: PlanOptions.Preference) throws -> Plan.Layer {
      let shape = try Shape([64, 1000])
      let weight = try form.weight(1, name: "w", shape: shape, view: MatrixView(shape), &generator)
      var builder = ModelBuilder()
      builder.add(weight)
      builder.input("x", [.known(1), .known(1000)])
      builder.node("Gemm", ["x", "w"], ["y"], [Attribute("transB", .int(1))])
      builder.outputs("y")
      return try #require(
        try Plan(builder.model, options: PlanOptions(prefer: prefer)).layers.first)
    }
    let elements = 64 * 1000
    let codebook = WeightForm(.dense, .codebook(bits: 4), .tensor)
    let kept = try layer(codebook, .memory)
    #expect(kept.kernel == "linear, decoded by tiles")
    #expect(kept.reason == "codebook of 16, kept as it is")
    #expect((elements / 2..<elements / 2 + 1024).contains(kept.weightBytes))
    let fast = try layer(codebook, .speed)
    #expect(fast.kernel == "linear, dense" && fast.weightBytes == 4 * elements)
    #expect(fast.reason == "codebook of 16, decoded: products of floats are faster")
    let ternary = try layer(WeightForm(.dense, .ternary, .tensor), .memory)
    #expect(ternary.kernel == "linear, added and subtracted")
    #expect((elements / 4..<elements / 4 + 1024).contains(ternary.weightBytes))
    let binary = try layer(WeightForm(.dense, .binary, .channel), .memory)
    #expect(binary.kernel == "linear, added and subtracted")
    #expect((elements / 8..<elements / 8 + 1024).contains(binary.weightBytes))
    let sparse = try layer(WeightForm(.unstructured, .codebook(bits: 4), .tensor), .memory)
    #expect(sparse.kernel == "linear, sparse, expanded by rows")
    // A tenth of the elements, at 4 bits and hardly more than 5 of a gap.
    #expect((1...(elements / 8 + 2048)).contains(sparse.weightBytes))
  }
}
