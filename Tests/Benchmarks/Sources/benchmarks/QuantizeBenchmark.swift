import Press

/// How long quantizing a large matrix takes, from its elements in memory to scales and codes.
enum QuantizeBenchmark {
  private static let side = 5000
  private static let runs = 15

  static func run() throws {
    var state: UInt64 = 1
    let matrix = (0..<(side * side)).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) * 0x1p-23
    }
    let tensor = try Tensor(matrix, shape: Shape([side, side]))
    let weight = try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: tensor.shape, dense: tensor.storage)
    let model = Model(graph: nil, weights: [weight])
    for (name, pass) in [
      ("int8 by channel", Quantize()),
      ("int4 by groups of 32", Quantize(bits: 4, granularity: .group(32))),
      ("ternary", Quantize(to: .ternary)), ("fp16", Quantize(to: .fp16)),
    ] {
      for threads in [1, 2] { try measure("\(name), threads \(threads)", pass, model, threads) }
    }
  }

  private static func measure(
    _ name: String, _ pass: Quantize, _ model: Model, _ threads: Int
  ) throws {
    var times: [Double] = []
    for _ in 0...runs {
      let start = Clock.seconds()
      let result = try pass.apply(to: model, PassContext(threads: threads)).model
      let contents = try result.weights[0].contents()
      times.append(Clock.seconds() - start)
      precondition(contents.values.byteCount > 0, "there are codes")
    }
    times.removeFirst()
    times.sort()
    func text(_ seconds: Double) -> String { "\((seconds * 10000).rounded() / 10)" }
    print(
      "\(side)x\(side), \(name): \(text(times[runs / 2])) ms",
      "(\(text(times[0])) to \(text(times[runs - 1])))")
  }
}
