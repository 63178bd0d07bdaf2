import Press
import PressKernels

/// How fast many weights are pruned to a global ratio, in memory, through the Swift API.
enum PruneBenchmark {
  private static let side = 2048
  private static let layers = 33

  static func run() throws {
    let model = Model(graph: nil, weights: try (0..<layers).map(matrix))
    let count = layers * side * side
    for threads in [1, 2] {
      let context = PassContext(threads: threads)
      let prune = Prune(ratio: 0.9)
      let pruned = try prune.apply(to: model, context).model
      let zeros = count - pruned.weights.reduce(0) { $0 + ($1.knownNonzeros ?? 0) }
      precondition(zeros == count * 9 / 10, "exactly the share that was asked for")
      try measure("prune 90 % of \(count) float32 weights, threads \(threads)") {
        _ = try prune.apply(to: model, context)
      }
      try measure("the same with every mask and value written, threads \(threads)") {
        let weights = try prune.apply(to: model, context).model.weights
        try Parallel.forEach(weights.count, threads: threads) { _ = try weights[$0].contents() }
      }
    }
  }

  private static func measure(_ name: String, _ body: () throws -> Void) rethrows {
    var times: [Double] = []
    for _ in 0..<7 {
      let start = Clock.seconds()
      try body()
      times.append(Clock.seconds() - start)
    }
    times.sort()
    func milliseconds(_ time: Double) -> Int { Int((time * 1000).rounded()) }
    print(
      "\(name): \(milliseconds(times[3])) ms (\(milliseconds(times[0])) to",
      "\(milliseconds(times[6])))")
  }

  /// Sums of four uniform numbers: about normal.
  private static func matrix(_ layer: Int) throws -> Weight {
    var state = UInt64(layer + 1)
    let numbers = (0..<(side * side)).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let parts = [state >> 48, state >> 32 & 0xFFFF, state >> 16 & 0xFFFF, state >> 24 & 0xFFFF]
      return Float(parts.reduce(0, +)) / 65536 - 2
    }
    return try Weight(
      id: WeightID(UInt32(layer + 1)), name: "layer\(layer)", elementType: .float32,
      shape: Shape([side, side]), dense: ElementType.float32.elements(of: numbers))
  }
}
