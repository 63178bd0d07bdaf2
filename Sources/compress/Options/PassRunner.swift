import Press

/// Runs one pass from the command line: read, apply, write, report.
struct PassRunner {
  let common: CommonOptions
  let input: String
  let output: OutputOptions
  let data: DataOptions

  /// Applies a pass and writes what it made.
  func run(_ pass: some Pass) throws {
    try pass.check()
    let name = type(of: pass).name
    let file = try ModelArgument.read(input, common)
    let target = try output.target(of: input, file, command: name)
    if !output.dryRun { try target.check() }
    let meter = try Meter(file.model, path: input, common, data)
    let before = try meter.measured(file)
    let progress = Progress(name, isQuiet: common.quiet)
    var context = try common.context()
    context.progress = progress.update
    let result = try InputError.naming(input) { try pass.apply(to: file.model, context) }
    progress.finish()
    let outcome = try target.write(
      result.model, from: input, isDryRun: output.dryRun, isQuiet: common.quiet)
    let after = try meter.measured(result.model, outcome)
    let report = try InputError.naming(input) {
      try PassReport(pass, result.layers, from: before, to: after)
    }
    print(report, target, Forecast(file.model, outcome, target))
  }

  private func print(_ report: PassReport, _ target: Target, _ forecast: Forecast) {
    let isWritten = !output.dryRun
    var object: [String: JSON] = [
      "before": report.before.json, "after": report.after.json,
      "layers": .array(report.layers.map(\.json)),
      "output": !isWritten || target.isStream ? .null : .string(target.path),
    ]
    if !isWritten { object.merge(forecast.json) { _, new in new } }
    var lines = common.quiet ? [] : Explanation.lines(report.layers)
    lines += Explanation.lines(report.before, report.after)
    lines += isWritten ? ["wrote \(target.path)"] : forecast.lines
    if target.isStream, isWritten {
      if !common.quiet { lines.dropLast().forEach(Console.note) }
    } else {
      common.print(.object(object), text: lines)
    }
  }
}

extension ModelFile {
  /// The report of where its bytes went.
  func inspection(shapes: [String: [Int]]) throws -> Inspection {
    if let container { return try Inspection(container, shapes: shapes) }
    return try Inspection(model, format: format.rawValue, bytes: byteCount, shapes: shapes)
  }
}
