import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Quantize: activations") struct ActivationTests {
  private static let images = 12

  /// Convolution, activation, pooling, a branch that is added, and two linear layers.
  static func network() throws -> LayerNetwork {
    var network = LayerNetwork()
    network.input("x", [0, 2, 8, 8])
    try network.random("w1", [6, 2, 3, 3], seed: 1)
    try network.random("b1", [6], seed: 2)
    try network.random("w2", [6, 6, 3, 3], seed: 3)
    try network.random("w3", [96, 20], seed: 4)
    try network.random("b3", [20], seed: 5)
    try network.random("w4", [10, 20], seed: 6)
    try network.random("b4", [10], seed: 7)
    let same = Attribute("pads", .ints([1, 1, 1, 1]))
    network.node("Conv", ["x", "w1", "b1"], "c1", [same])
    network.node("Relu", ["c1"], "r1")
    let pooling = [Attribute("kernel_shape", .ints([2, 2])), Attribute("strides", .ints([2, 2]))]
    network.node("MaxPool", ["r1"], "p1", pooling)
    network.node("Conv", ["p1", "w2"], "c2", [same])
    network.node("Add", ["c2", "p1"], "s2")
    network.node("Relu", ["s2"], "r2")
    network.node("Flatten", ["r2"], "f2")
    network.node("MatMul", ["f2", "w3"], "m3")
    network.node("Add", ["m3", "b3"], "a3")
    network.node("Relu", ["a3"], "r3")
    network.node("Gemm", ["r3", "w4", "b4"], "y", [Attribute("transB", .int(1))])
    network.outputs("y")
    return network
  }

  static func tensor(seed: UInt64) throws -> Tensor {
    try Tensor(
      LayerNetwork.random(images * 128, seed: seed), shape: Shape([images, 2, 8, 8]))
  }

  static func output(_ model: Model, fuses: Bool, _ input: Tensor) throws -> [Float] {
    var engine = Engine(try Plan(model, options: PlanOptions(fuses: fuses)))
    return try engine.run(["x": input])["y"]?.floats() ?? []
  }

  static func error(_ found: [Float], _ expected: [Float]) -> Float {
    let worst = zip(found, expected).map { ($0 - $1).magnitude }.max() ?? .infinity
    return worst / (expected.map(\.magnitude).max() ?? 1)
  }

  @Test("Every layer runs on integers, and says what the nodes one by one say")
  func integers() throws {
    let folder = TemporaryFolder()
    let model = try Self.network().model
    let path = try SeparateTests.examples(folder, Self.tensor(seed: 20))
    let input = try Self.tensor(seed: 20)
    let plain = try Self.output(model, fuses: true, input)
    for method in Quantize.Method.allCases {
      for form in [Quantize.Form.int, .fixed] {
        for granularity in [Granularity.channel, .tensor]
        where form == .int || granularity == .tensor {
          let pass = Quantize(
            to: form, granularity: granularity, activations: true, calibrate: path, method: method)
          let result = try pass.apply(to: model, PassContext(threads: 2))
          #expect(result.layers.allSatisfy { $0.isChanged && $0.reason.contains("input ") })
          let plan = try Plan(result.model)
          let kernels = plan.layers.map(\.kernel).filter { $0.hasPrefix("integer") }
          #expect(kernels.count == 4, "\(plan.layers.map(\.kernel))")
          let integers = try Self.output(result.model, fuses: true, input)
          let floats = try Self.output(result.model, fuses: false, input)
          let name = "\(method.rawValue), \(form.rawValue), \(granularity.name)"
          #expect(Self.error(integers, floats) < 0.02, "\(name)")
          #expect(Self.error(integers, plain) < 0.15, "\(name)")
        }
      }
    }
  }

  @Test("Values behind pooling have the scale of what is pooled; outputs and sums stay float")
  func graph() throws {
    let folder = TemporaryFolder()
    let path = try SeparateTests.examples(folder, Self.tensor(seed: 21))
    let pass = Quantize(activations: true, calibrate: path)
    let result = try pass.apply(to: Self.network().model, PassContext()).model
    let nodes = result.graph?.nodes ?? []
    let quantized = nodes.filter { $0.operation.type == "QuantizeLinear" }.map { $0.inputs[0] }
    #expect(quantized.sorted() == ["f2", "p1", "r1", "r2", "r3", "x"])
    func scale(_ value: String) throws -> [Float] { try result.floats("\(value)_scale") }
    #expect(try scale("p1") == scale("r1") && scale("f2") == scale("r2"))
    #expect(result.graph?.outputs.map(\.name) == ["y"])
    #expect(nodes.last?.operation.type == "Gemm")
    #expect(result.weights.first { $0.name == "w1" }?.values == .affine(bits: 8))
  }

  @Test(
    "Fixed point: scales are powers of two, biases are whole in units of the sums, which can't overflow"
  )
  func fixed() throws {
    let folder = TemporaryFolder()
    let path = try SeparateTests.examples(folder, Self.tensor(seed: 22))
    let pass = Quantize(to: .fixed, activations: true, calibrate: path)
    let result = try pass.apply(to: Self.network().model, PassContext())
    for weight in result.model.weights where weight.name.hasSuffix("_scale") {
      #expect(try weight.floats().allSatisfy { $0.significand == 1 })
    }
    let (w, x) = (result.model.weights[0], try result.model.floats("x_scale")[0])
    guard case .fixed(8, let radix) = w.values else {
      Issue.record("\(w.values)")
      return
    }
    let unit = x * Float(sign: .plus, exponent: -radix, significand: 1)
    let bias = try result.model.floats("b1").map { $0 / unit }
    #expect(bias.allSatisfy { $0 == $0.rounded() })
    let rows = stride(from: 0, to: 108, by: 18).map { row in
      (row, Int(bias[row / 18].magnitude))
    }
    let integers = try w.floats().map {
      Int($0.magnitude * Float(sign: .plus, exponent: radix, significand: 1))
    }
    let bound =
      rows.map { row, bias in
        integers[row..<(row + 18)].reduce(0, +) * 128 + bias
      }.max() ?? 0
    #expect(result.layers[0].reason.contains("sums at most \(bound) of 2147483647"))
  }

  @Test("A bound beyond 32 bits is found, and one at the limit holds")
  func bounds() throws {
    func bound(_ columns: Int, bias: [Double]) throws -> AccumulatorBound {
      let weight = try Weight(
        id: WeightID(1), name: "w", elementType: .float32, shape: Shape([1, columns]),
        dense: ElementType.float32.elements(of: [Float](repeating: -1, count: columns)))
      return try AccumulatorBound(
        weight, radix: 7, view: MatrixView(weight.shape), largestInput: 128, bias: bias)
    }
    // 128 * 128 * 131072 = 2^31.
    #expect(try bound(131_071, bias: [16_383]).isSafe)
    #expect(try !bound(131_071, bias: [-16_384]).isSafe)
    #expect(try !bound(131_072, bias: []).isSafe)
    #expect(try !bound(4, bias: [1e300]).isSafe)
  }

  @Test("Calibration: wrong shapes, numbers that are not finite, old operators and missing options")
  func refused() throws {
    let folder = TemporaryFolder()
    let model = try Self.network().model
    let path = try SeparateTests.examples(
      folder, try Tensor([Float](repeating: 0, count: 128), shape: Shape([2, 1, 8, 8])))
    let error = #expect(throws: CalibrationError.self) {
      try Quantize(activations: true, calibrate: path).apply(to: model, PassContext())
    }
    #expect(error?.description.contains("2x8x8") == true, "\(error?.description ?? "")")
    let other = TemporaryFolder()
    var images = LayerNetwork.random(256, seed: 1)
    images[9] = .nan
    let broken = try SeparateTests.examples(other, Tensor(images, shape: Shape([2, 2, 8, 8])))
    #expect(throws: PassError.self) {
      try Quantize(activations: true, calibrate: broken).apply(to: model, PassContext())
    }
    for pass in [
      Quantize(activations: true), Quantize(calibrate: path),
      Quantize(to: .ternary, activations: true, calibrate: path),
      Quantize(to: .fixed, bits: 12, activations: true, calibrate: path),
      Quantize(granularity: .group(8), activations: true, calibrate: path),
    ] {
      #expect(throws: PassError.self) { try pass.check() }
    }
    var old = try Self.network()
    old.opset = 9
    #expect(throws: (any Error).self) {
      try Quantize(activations: true, calibrate: path).apply(to: old.model, PassContext())
    }
    #expect(throws: GraphError.self) {
      try Quantize(activations: true, calibrate: path).apply(
        to: PruneTests.model([LayerNetwork.random(64, seed: 1)], columns: 8), PassContext())
    }
  }
}
