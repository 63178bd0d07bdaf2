public import PressEngine
public import PressTensor

/// How long complete runs of a network take.
///
/// A run is timed from inputs that lie in memory of their own to outputs that do: copying both is
/// included. Runs take several sets of inputs in turn, so that nothing can be kept between them.
public struct Benchmark: Sendable {
  /// The seconds of each run, the shortest first.
  public let times: [Double]
  /// The median seconds of each step of the plan; `nil` if they were not timed.
  public let stepTimes: [Double]?

  /// Runs that count for nothing: memory is reserved, caches and branch predictors are warmed.
  public static let warmUps = 3
  /// Runs of their own in which steps are timed, so that looking at the clock slows no other.
  public static let steppedRuns = 20

  /// Times `runs` runs, 1 or more, of an engine.
  ///
  /// - Parameter inputs: Sets of inputs, at least one, taken in turn.
  /// - Parameter clock: Seconds.
  /// - Parameter stepped: Runs the engine once and returns the seconds of each step; `nil` leaves
  ///   `stepTimes` out.
  /// - Parameter progress: Called with the runs done and their number, between timed runs.
  /// - Throws: `EngineError`.
  public init(
    _ engine: inout Engine, on inputs: [[String: Tensor]], runs: Int, clock: () -> Double,
    stepped: ((inout Engine, [String: Tensor]) throws(EngineError) -> [Double])? = nil,
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
    guard let stepped else {
      stepTimes = nil
      return
    }
    var columns: [[Double]] = []
    for index in 0..<Self.steppedRuns {
      let row = try stepped(&engine, inputs[index % inputs.count])
      if columns.isEmpty { columns = [[Double]](repeating: [], count: row.count) }
      for (step, seconds) in row.enumerated() { columns[step].append(seconds) }
    }
    stepTimes = columns.map { Self.quantile(0.5, of: $0.sorted()) }
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
