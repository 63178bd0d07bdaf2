import Press

/// Times something several times.
enum Measurement {
  /// Prints how many units a second `body` handles.
  static func rate(
    _ name: String, units: Int, _ unit: String, _ body: () throws -> Void
  ) rethrows {
    try body()
    var times: [Double] = []
    for _ in 0..<9 {
      let start = Clock.threadSeconds()
      try body()
      times.append(Clock.threadSeconds() - start)
    }
    times.sort()
    func rate(_ seconds: Double) -> Int { Int(Double(units) / seconds / 1e6) }
    print("\(name): \(rate(times[4])) million \(unit)/s (\(rate(times[8])) to \(rate(times[0])))")
  }
}
