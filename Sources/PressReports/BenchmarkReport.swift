import PressCoding
public import PressData
public import PressEngine
public import PressGraph
public import PressTensor

/// How fast a network ran, layer by layer, and what it took.
public struct BenchmarkReport: Sendable {
  /// One step of the plan.
  public struct Row: Sendable {
    /// The step: its node, the kernel and why it was chosen.
    public var layer: Plan.Layer
    /// The median time.
    public var seconds: Double
    /// Multiply-accumulates of the node; `nil` where it does none or shapes are not known.
    public var macs: Int?
    /// Those by an element of a weight that is not 0.
    public var nonzeroMacs: Int?
  }

  /// The times of whole runs.
  public var benchmark: Benchmark
  /// Threads of the engine.
  public var threads: Int
  /// The first dimension of the first input; 1 where it has none.
  public var batch: Int
  /// Seconds from opening the file to an engine that is ready.
  public var loadSeconds: Double
  /// The most memory that was resident up to the end of the runs, where the system tells.
  public var peakBytes: Int?
  /// The steps in the order of their running.
  public var rows: [Row]

  /// The bytes that the weights take, as packed for the kernels.
  public var weightBytes: Int { rows.reduce(0) { $0 + $1.layer.weightBytes } }

  /// Puts a report together; elements of weights that nobody has counted are counted now.
  ///
  /// - Parameter layers: What the engine ran.
  /// - Parameter inputs: The inputs of a run, for their shapes.
  /// - Throws: `GraphError`, or what reading a weight throws.
  public init(
    _ benchmark: Benchmark, of model: Model, layers: [Plan.Layer], inputs: [String: Tensor],
    threads: Int,
    loadSeconds: Double, peakBytes: Int?
  ) throws {
    self.benchmark = benchmark
    self.threads = threads
    self.loadSeconds = loadSeconds
    self.peakBytes = peakBytes
    let first = (model.graph?.requiredInputs ?? []).first.flatMap { inputs[$0.name] }
    batch = first?.shape.dimensions.first ?? 1
    var nonzeros: [WeightID: Int] = [:]
    for weight in model.weights where weight.shape.rank >= 2 && weight.knownNonzeros == nil {
      nonzeros[weight.id] = try weight.countNonzeros(in: weight.contents())
    }
    let shapes = try model.inferShapes(fixing: inputs.mapValues(\.shape.dimensions))
    let costs = Dictionary(
      model.costs(shapes, nonzeros: nonzeros).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
    rows = zip(layers, benchmark.layerTimes).map { layer, seconds in
      let cost = costs[layer.label]
      return Row(
        layer: layer, seconds: seconds, macs: cost?.macs,
        nonzeroMacs: cost?.nonzeroMacs)
    }
  }

  /// The report with the keys that scripts read.
  public var json: JSON {
    .object([
      "threads": .integer(threads), "batch": .integer(batch),
      "runs": .integer(benchmark.times.count),
      "median_ms": .optional(benchmark.quantile(0.5) * 1e3),
      "p10_ms": .optional(benchmark.quantile(0.1) * 1e3),
      "p90_ms": .optional(benchmark.quantile(0.9) * 1e3), "load_ms": .optional(loadSeconds * 1e3),
      "peak_rss_bytes": .optional(peakBytes), "weights_bytes": .integer(weightBytes),
      "layers": .array(rows.map(\.json)),
    ])
  }
}

extension BenchmarkReport.Row {
  var json: JSON {
    .object([
      "name": .string(layer.label), "op": .string(layer.operation),
      "kernel": .string(layer.kernel), "reason": .string(layer.reason),
      "median_ms": .optional(seconds * 1e3), "macs": .optional(macs),
      "nonzero_macs": .optional(nonzeroMacs), "weight_bytes": .integer(layer.weightBytes),
    ])
  }
}
