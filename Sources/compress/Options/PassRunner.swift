import Press

/// Runs one pass from the command line: read, apply, write, report.
struct PassRunner {
  let common: CommonOptions
  let input: String
  let output: OutputOptions
  let data: DataOptions

  /// Applies a pass and writes what it made.
  func run(_ pass: some Pass) throws {
    let name = type(of: pass).name
    let file = try ModelArgument.read(input, common)
    let target = try output.target(of: input, file, command: name)
    if !output.dryRun { try target.check() }
    var before = try InputError.naming(input) { try Size(file.model, bytes: file.byteCount) }
    let dataset = data.data == nil ? nil : try data.read(for: file.model, common)
    if let dataset { before.accuracy = try accuracy(file.model, on: dataset) }
    let progress = Progress(name, isQuiet: common.quiet)
    var context = try common.context()
    context.progress = progress.update
    let result = try InputError.naming(input) { try pass.apply(to: file.model, context) }
    progress.finish()
    let outcome = try target.write(
      result.model, from: input, isDryRun: output.dryRun, isQuiet: common.quiet)
    var after = try Size(result.model, outcome)
    if let dataset { after.accuracy = try accuracy(result.model, on: dataset) }
    report(before, after, result.layers, target)
  }

  private func accuracy(_ model: Model, on dataset: Dataset) throws -> Double? {
    let evaluator = Evaluator(
      batch: data.batch, threads: common.threads, limits: try common.limits())
    let progress = Progress("evaluate", isQuiet: common.quiet)
    defer { progress.finish() }
    return try InputError.naming(input) {
      try evaluator.run(model, on: dataset, clock: Clock.seconds, progress: progress.update)
        .accuracy
    }
  }

  private func report(
    _ before: Size, _ after: Size, _ layers: [LayerOutcome], _ target: Target
  ) {
    var object: [String: JSON] = [
      "before": before.json, "after": after.json,
      "layers": .array(
        layers.map { layer in
          .object([
            "name": .string(layer.name), "tensor": .string(layer.tensor),
            "status": .string(layer.isChanged ? "changed" : "declined"),
            "reason": .string(layer.reason),
          ])
        }),
      "output": output.dryRun || target.isStream ? .null : .string(target.path),
    ]
    if output.dryRun { object["predicted_bytes"] = .integer(after.bytes) }
    var lines: [String] = []
    for layer in layers where !common.quiet {
      lines.append("\(layer.tensor): \(layer.reason)")
    }
    lines += Size.lines(before, after)
    lines.append(output.dryRun ? "nothing written (--dry-run)" : "wrote \(target.path)")
    if target.isStream, !output.dryRun {
      if !common.quiet { lines.dropLast().forEach(Console.note) }
    } else {
      common.print(.object(object), text: lines)
    }
  }
}

/// How large a model is.
struct Size {
  var parameters: Int
  var nonzeros: Int
  var bytes: Int
  var accuracy: Double?

  /// A model of so many bytes; non-zeros that someone has counted already are not counted again.
  init(_ model: Model, bytes: Int, counted: [WeightID: Int] = [:]) throws {
    (parameters, nonzeros, self.bytes) = (0, 0, bytes)
    for weight in model.weights where weight.elementType.isFloatingPoint {
      parameters += weight.shape.count
      nonzeros +=
        try counted[weight.id] ?? weight.knownNonzeros
        ?? weight.countNonzeros(in: weight.contents())
    }
  }

  /// A model as it was written.
  init(_ model: Model, _ outcome: ModelWriter.Outcome) throws {
    let counted = Dictionary(
      outcome.entries.map { ($0.id, $0.nonzeros) }, uniquingKeysWith: { first, _ in first })
    try self.init(model, bytes: outcome.bytes, counted: counted)
  }

  var json: JSON {
    .object([
      "parameters": .integer(parameters), "nonzeros": .integer(nonzeros), "bytes": .integer(bytes),
      "accuracy": .optional(accuracy),
    ])
  }

  /// Before and after as a table.
  static func lines(_ before: Size, _ after: Size) -> [String] {
    var table = Table(["", "before", "after", ""], numeric: [1, 2, 3])
    func row(_ name: String, _ path: KeyPath<Size, Int>) {
      let (a, b) = (before[keyPath: path], after[keyPath: path])
      let share = a == 0 ? "" : Format.percent(Double(b) / Double(a))
      table.add([name, Format.count(a), Format.count(b), share])
    }
    row("parameters", \.parameters)
    row("non-zeros", \.nonzeros)
    row("bytes", \.bytes)
    if let a = before.accuracy, let b = after.accuracy {
      table.add(["accuracy", Format.percent(a), Format.percent(b), ""])
    }
    return table.lines
  }
}

extension ModelFile {
  /// The report of where its bytes went.
  func inspection(shapes: [String: [Int]]) throws -> Inspection {
    if let container { return try Inspection(container, shapes: shapes) }
    return try Inspection(model, format: format.rawValue, bytes: byteCount, shapes: shapes)
  }
}
