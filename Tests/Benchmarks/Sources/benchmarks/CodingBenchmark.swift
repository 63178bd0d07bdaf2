import Press

/// How fast streams are coded and decoded, measured through a container in memory.
enum CodingBenchmark {
  static func run() throws {
    for (name, ratio) in [
      ("exponents (2.6 bits/symbol)", 0.6), ("indices (4.0 bits/symbol)", 0.85),
      ("long codes (7.2 bits/symbol)", 0.983),
    ] {
      for coding in [Coding.huffman, .rans, .deflate] {
        try run("\(coding.rawValue), \(name)", try sample(count: 16 << 20, ratio: ratio), coding)
      }
    }
  }

  private static func run(_ name: String, _ sample: Weight, _ coding: Coding) throws {
    var weight = sample
    weight.coding = coding
    let container = try written(weight)
    guard let stored = container.model.weights.first else { return }
    let size = container.costs()[stored.id]?.bytes ?? 0
    let (decoded, original) = (try stored.contents(), try weight.contents())
    precondition(decoded.values.copied() == original.values.copied())
    let count = weight.shape.count
    try Measurement.rate("decode \(name), \(size) bytes", units: count, "symbols") {
      _ = try stored.contents()
    }
    // Deflate takes seconds, and its pace is libz's own.
    if coding == .deflate { return }
    try Measurement.rate("encode \(name)", units: count, "symbols") {
      _ = try ModelWriter(path: "x.bin", opset: nil).predict(Model(graph: nil, weights: [weight]))
    }
  }

  /// Symbols with a geometric distribution.
  private static func sample(count: Int, ratio: Double) throws -> Weight {
    var state: UInt64 = 1
    let bytes = (0..<count).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var chance = Double(state >> 11) * 0x1p-53
      var symbol: UInt8 = 0
      while symbol < 255, chance < ratio {
        chance /= ratio
        symbol += 1
      }
      return symbol
    }
    return try Weight(
      id: WeightID(1), name: "symbols", elementType: .uint8, shape: Shape([count]),
      dense: Storage(bytes))
  }

  private static func written(_ weight: Weight) throws -> Container {
    try AtomicFile.withTemporary(in: "/tmp") { path in
      try ModelWriter(path: path, opset: nil).write(
        Model(graph: nil, weights: [weight]), mayReplace: true)
      let bytes = try MappedFile(path: path).withBytes { Array(copying: $0) }
      return try Container(MemoryFile(bytes), limits: .standard)
    }
  }
}
