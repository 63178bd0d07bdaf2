public import ArgumentParser
public import Press

/// `compress bench`: how long a network takes, and where.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time a network, layer by layer, and say which kernels were chosen.",
    discussion: """
      Times are of complete runs, copying inputs and outputs included, on several random inputs in \
      turn, or on those of a file.

        compress bench model.bin --threads 2
        compress bench model.onnx --shape input=1,3,224,224 --runs 20
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var shapes: ShapeOptions

  @Option(help: ArgumentHelp("Examples in a run, where the graph leaves it open.", valueName: "n"))
  var batch: Int?

  @Option(
    help: ArgumentHelp("Run on these arrays instead.", valueName: "in.npz"),
    completion: .file(extensions: ["npz"]))
  var inputs: String?

  @Option(help: ArgumentHelp("How often to run.", valueName: "n"))
  var runs = 50

  @Option(help: "What matters more where the two are in each other's way.")
  var prefer = PlanOptions.Preference.speed

  /// Sets of random inputs that runs take in turn.
  private static let inputSets = 4

  func validate() throws {
    guard runs >= 1, runs <= 1_000_000 else {
      throw ValidationError("invalid value of --runs, expected 1 to 1000000, found \(runs)")
    }
    if let batch, batch < 1 {
      throw ValidationError("invalid value of --batch, expected 1 or more, found \(batch)")
    }
    if inputs != nil, batch != nil || !shapes.shapes.isEmpty {
      throw ValidationError(
        "--inputs has shapes already, expected neither --batch nor --shape, found one")
    }
  }

  func run() throws {
    let start = Clock.seconds()
    let file = try model.read(common)
    let limits = try common.limits()
    let plan = try InputError.naming(model.path) {
      try Plan(file.model, options: PlanOptions(prefer: prefer, limits: limits))
    }
    var engine = Engine(plan, threads: common.threads)
    let loadSeconds = Clock.seconds() - start
    let sets = try inputSets(file.model)
    let progress = Progress("bench", isQuiet: common.quiet)
    let report = try InputError.naming(model.path) {
      let benchmark = try Benchmark(
        &engine, on: sets, runs: runs, clock: Clock.seconds, progress: progress.update)
      let peak = ProcessMemory.peakResidentBytes
      return try BenchmarkReport(
        benchmark, of: file.model, layers: engine.layers, inputs: sets[0], threads: common.threads,
        loadSeconds: loadSeconds, peakBytes: peak)
    }
    progress.finish()
    common.print(report.json, text: lines(report))
  }

  private func inputSets(_ model: Model) throws -> [[String: Tensor]] {
    guard let graph = model.graph else { throw EngineError.noGraph }
    if let inputs {
      let limits = try common.limits()
      return try InputError.naming(inputs) {
        [try InputArrays.read(try NpzFile(path: inputs, limits: limits), for: graph)]
      }
    }
    let shapes = try self.shapes.parsed(for: graph)
    let sets = try (0..<Self.inputSets).map { index in
      try RandomInputs.make(
        for: graph, batch: batch ?? 1, shapes: shapes, seed: common.seed &+ UInt64(index))
    }
    if let batch { try check(batch, graph, sets[0]) }
    return sets
  }

  /// Refuses a batch that the graph's own shapes overrule.
  private func check(_ batch: Int, _ graph: Graph, _ inputs: [String: Tensor]) throws {
    for input in graph.requiredInputs {
      guard let found = inputs[input.name]?.shape.dimensions.first, found != batch else { continue }
      throw UsageError(
        "--batch does not go with input '\(input.name)', expected \(found), found \(batch)")
    }
  }

  private func lines(_ report: BenchmarkReport) -> [String] {
    let benchmark = report.benchmark
    func milliseconds(_ seconds: Double) -> String { Format.decimal(seconds * 1e3, 3) }
    let sizes = [
      "weights \(Format.count(report.weightBytes)) bytes",
      report.peakBytes.map { "peak memory \(Format.count($0)) bytes" },
    ].compactMap { $0 }
    var table = Table(
      ["layer", "operator", "kernel", "ms", "MACs", "not 0", "weight bytes", "why"],
      numeric: [3, 4, 5, 6])
    for row in report.rows {
      table.add([
        row.layer.label, row.layer.operation, row.layer.kernel,
        milliseconds(row.seconds), row.macs.map(Format.count) ?? "-",
        row.nonzeroMacs.map(Format.count) ?? "-", Format.count(row.layer.weightBytes),
        row.layer.reason,
      ])
    }
    return [
      "\(report.threads) threads, batch \(report.batch), \(benchmark.times.count) runs: median "
        + "\(milliseconds(benchmark.quantile(0.5))) ms, 10 % below "
        + "\(milliseconds(benchmark.quantile(0.1))), 90 % below "
        + milliseconds(benchmark.quantile(0.9)),
      "ready after \(milliseconds(report.loadSeconds)) ms, " + sizes.joined(separator: ", "), "",
    ] + table.lines
  }
}

extension PlanOptions.Preference: ExpressibleByArgument {}
