import Press

/// How long codebooks take, in memory, through the pass.
enum ShareBenchmark {
  static func run() throws {
    let side = 4096
    let model = Model(graph: nil, weights: [try normal(side)])
    for bits in [2, 4, 8] {
      for threads in [1, 2] {
        let pass = try Share(bits: bits)
        var times: [Double] = []
        var reason = ""
        for _ in 0..<5 {
          let start = Clock.seconds()
          let result = try pass.apply(to: model, PassContext(threads: threads))
          times.append(Clock.seconds() - start)
          reason = result.layers.first?.reason ?? ""
        }
        times.sort()
        print(
          "share --bits \(bits), \(side)x\(side) float32, \(threads) threads:",
          "\((times[2] * 1000).rounded()) ms (\((times[0] * 1000).rounded()) to",
          "\((times[4] * 1000).rounded())), \(reason)")
      }
    }
  }

  /// Nearly normal elements: sums of twelve uniform ones.
  private static func normal(_ side: Int) throws -> Weight {
    var state: UInt64 = 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * side * side)
    for _ in 0..<(side * side) {
      var sum: Float = -6
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        sum += Float(state >> 40) * 0x1p-24
      }
      bytes.appendLittleEndian((sum * 0.02).bitPattern)
    }
    return try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: Shape([side, side]),
      dense: Storage(bytes))
  }
}
