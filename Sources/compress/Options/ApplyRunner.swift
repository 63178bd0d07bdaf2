import Press

/// Runs a pipeline from the command line: pass after pass, each written down before the next.
struct ApplyRunner {
  let common: CommonOptions
  let input: String
  let output: OutputOptions
  let data: DataOptions
  /// Arrays to compare layers on.
  let inputs: String?
  /// The recipe, its seed decided.
  let recipe: Recipe
  /// Whether to go on after an interruption.
  let resumes: Bool

  /// The model after the passes that ran, and what they did.
  private struct State {
    var measured: MeasuredModel
    var reports: [PassReport]
  }

  func run() throws {
    let pipeline = Pipeline(recipe)
    try pipeline.check()
    let file = try ModelArgument.read(input, common)
    let target = try output.target(of: input, file, command: "apply")
    if !output.dryRun { try target.check() }
    let order = Journal.Order(
      tool: Tool.name, recipe: try recipe.resolved(), source: file.sha256().hexadecimal)
    let journal = output.dryRun || target.isStream ? nil : Journal(target: target.path)
    let interrupted = try journal.flatMap { try earlier($0, order) }
    let meter = try Meter(file.model, path: input, common, data, inputs: inputs)
    let source = try meter.measured(file)
    var state = State(measured: source, reports: [])
    if let interrupted {
      state = State(
        measured: try meter.measured(interrupted.file), reports: interrupted.reports)
    }
    var outcome: ModelWriter.Outcome?
    while state.reports.count < pipeline.passes.count {
      (state, outcome) = try step(pipeline, state, meter, journal, order, target)
    }
    guard let outcome else { return }
    try journal?.remove(passes: pipeline.passes.count)
    let layers = try InputError.naming(input) {
      try LayerEffect.effects(from: source, to: state.measured)
    }
    print(
      source.size, state, layers, target, Forecast(file.model, outcome, target))
  }

  /// What an interrupted run left, if this one is to go on with it.
  private func earlier(
    _ journal: Journal, _ order: Journal.Order
  ) throws -> (reports: [PassReport], file: ModelFile)? {
    guard resumes else {
      if journal.exists, !output.force { throw Journal.Problem.exists(path: journal.path) }
      return nil
    }
    let found = try journal.resume(order, limits: try common.limits())
    if !common.quiet {
      Console.note(
        found.map { "resuming after \($0.reports.count) of \(recipe.passes.count) passes" }
          ?? "nothing to resume, starting at the first pass")
    }
    return found
  }

  /// Runs the next pass and keeps what it made: the last in the target, others in the journal.
  private func step(
    _ pipeline: Pipeline, _ state: State, _ meter: Meter, _ journal: Journal?,
    _ order: Journal.Order, _ target: Target
  ) throws -> (State, ModelWriter.Outcome?) {
    let count = state.reports.count + 1
    let pass = pipeline.passes[count - 1]
    let progress = Progress(
      "\(type(of: pass).name) (\(count) of \(pipeline.passes.count))", isQuiet: common.quiet)
    var context = try common.context()
    context.seed = recipe.seed
    context.folder = recipe.folder
    context.progress = progress.update
    let result = try InputError.naming(input) {
      try pass.apply(to: state.measured.model, context)
    }
    progress.finish()
    let isLast = count == pipeline.passes.count
    let (measured, outcome) =
      isLast
      ? try final(result.model, meter, target)
      : (try intermediate(result.model, count, meter, journal), nil)
    let report = try InputError.naming(input) {
      try PassReport(pass, result.layers, from: state.measured, to: measured)
    }
    let next = State(measured: measured, reports: state.reports + [report])
    if !isLast { try journal?.record(next.reports, order) }
    return (next, outcome)
  }

  private func final(
    _ model: Model, _ meter: Meter, _ target: Target
  ) throws -> (MeasuredModel, ModelWriter.Outcome?) {
    let outcome = try target.write(
      model, from: input, isDryRun: output.dryRun, isQuiet: common.quiet)
    return (try meter.measured(model, outcome), outcome)
  }

  private func intermediate(
    _ model: Model, _ count: Int, _ meter: Meter, _ journal: Journal?
  ) throws -> MeasuredModel {
    let limits = try common.limits()
    if output.dryRun {
      let held = try InputError.naming(input) { try model.holdingStreams(limits) }
      let outcome = try Target(path: "dry.bin", mayReplace: true).write(
        held, from: input, isDryRun: true, isQuiet: common.quiet)
      return try meter.measured(held, outcome)
    }
    let progress = Progress("write", isQuiet: common.quiet)
    defer { progress.finish() }
    return try InputError.naming(input, isWriting: true) {
      guard let journal else {
        return try meter.measured(ModelWriter.throughTemporaryFile(model, limits: limits))
      }
      let path = try journal.write(model, after: count, progress: progress.update)
      return try meter.measured(ModelFile(path: path, limits: limits))
    }
  }

  private func print(
    _ before: ModelSize, _ state: State, _ layers: [LayerEffect], _ target: Target,
    _ forecast: Forecast
  ) {
    let after = state.measured.size
    let isWritten = !output.dryRun
    var object: [String: JSON] = [
      "before": before.json, "after": after.json,
      "passes": .array(state.reports.map(\.json)), "layers": .array(layers.map(\.json)),
      "seed": .integer(Int(clamping: recipe.seed)),
      "output": !isWritten || target.isStream ? .null : .string(target.path),
    ]
    if !isWritten { object.merge(forecast.json) { _, new in new } }
    var lines: [String] = []
    for (index, report) in state.reports.enumerated() where !common.quiet {
      lines.append("\(index + 1) of \(state.reports.count): \(report.pass) \(report.options)")
      lines += Explanation.lines(report.layers).map { "  " + $0 }
      lines += Explanation.lines(report.before, report.after).map { "  " + $0 } + [""]
    }
    if !common.quiet { lines += ["all passes"] + Explanation.lines(layers) }
    lines += Explanation.lines(before, after)
    lines += isWritten ? ["wrote \(target.path)"] : forecast.lines
    if target.isStream, isWritten {
      if !common.quiet { lines.dropLast().forEach(Console.note) }
    } else {
      common.print(.object(object), text: lines)
    }
  }
}
