public import PressEngine
public import PressTensor

/// How long complete runs of a network take.
///
/// A run is timed from inputs that lie in memory of their own to outputs that do: copying both is
/// included. Runs take several sets of inputs in turn, so that nothing can be kept between them.
public struct Benchmark: Sendable {
  /// The seconds of each run, the shortest first.
  public let times: [Double]
  /// The median seconds of each of the engine's layers; the first has the inputs to copy, too.
  public let layerTimes: [Double]

  /// Runs that count for nothing: memory is reserved, caches and branch predictors are warmed.
  public static let warmUps = 3
  /// Runs of their own in which layers are timed, so that looking at the clock slows no other.
  public static let layerRuns = 20

  /// Times `runs` runs, 1 or more, of an engine.
  ///
  /// - Parameter inputs: Sets of inputs, at least one, taken in turn.
  /// - Parameter clock: Seconds.
  /// - Parameter progress: Called with the runs done and their number, between timed runs.
  /// - Throws: `EngineError`.
  public init(
    _ engine: inout Engine, on inputs: [[String: Tensor]], runs: Int, clock: () -> Double,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(EngineError) {
    precondition(runs >= 1 && !inputs.isEmpty, "at least one run on at least one set of inputs")
    for index in 0..<Self.warmUps { _ = try engine.run(inputs[index % inputs.count]) }
    var times: [Double] = []
    times.reserveCapacity(runs)
    for index in 0..<runs {
      let set = inputs[index % inputs.count]
      let start = clock()
      _ = try engine.run(set)
      times.append(clock() - start)
      progress(index + 1, runs)
    }
    self.times = times.sorted()
    layerTimes = try Self.layerTimes(&engine, on: inputs, clock)
  }

  private static func layerTimes(
    _ engine: inout Engine, on inputs: [[String: Tensor]], _ clock: () -> Double
  ) throws(EngineError) -> [Double] {
    var columns = [[Double]](repeating: [], count: engine.layers.count)
    for index in 0..<layerRuns {
      var marks: [(layer: Int, time: Double)] = []
      var last = clock()
      try withoutActuallyEscaping(clock) { (clock) throws(EngineError) in
        _ = try engine.run(
          inputs[index % inputs.count], afterStep: { marks.append(($0, clock())) })
      }
      var row = [Double](repeating: 0, count: columns.count)
      for mark in marks {
        row[mark.layer] += mark.time - last
        last = mark.time
      }
      for (layer, seconds) in row.enumerated() { columns[layer].append(seconds) }
    }
    return columns.map { quantile(0.5, of: $0.sorted()) }
  }

  /// The seconds below which a share (0...1) of the runs stays.
  public func quantile(_ share: Double) -> Double { Self.quantile(share, of: times) }

  /// Linear between the two nearest of sorted values.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    guard let last = sorted.last else { return 0 }
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
