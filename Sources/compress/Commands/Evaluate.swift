public import ArgumentParser
public import Press

/// `compress evaluate`: accuracy on real data.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure accuracy on a data set.",
    discussion: """
      The prediction is the largest score, the lowest class of several; a score that is no number is \
      wrong. uint8 data is divided by 255 where the network takes floats.

        compress evaluate model.bin --data test.npz
        compress evaluate model.onnx --data x.npz --mean 0.1307 --std 0.3081 --json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("The output to read (default: the only one of floats).", valueName: "name"))
  var output: String?

  @Option(
    name: .customLong("from"),
    help: "What the scores are (default: probabilities after a Softmax, log after a LogSoftmax).")
  var scores: ScoreKind?

  @Option(help: "What to measure; mse and cosine want float targets.")
  var metric: Metric = .accuracy

  func run() throws {
    let file = try model.read(common)
    let dataset = try data.read(for: file.model, common)
    let evaluator = Evaluator(
      output: output, scores: scores, metric: metric, batch: data.batch, threads: common.threads,
      limits: try common.limits())
    let progress = Progress("evaluate", isQuiet: common.quiet)
    let result = try InputError.naming(model.path) {
      try evaluator.run(
        file.model, on: dataset, clock: Clock.seconds, progress: progress.update)
    }
    progress.finish()
    common.print(result.json, text: Self.lines(result))
  }

  private static func lines(_ result: Evaluation) -> [String] {
    var lines = ["\(Format.count(result.examples)) examples"]
    if let accuracy = result.accuracy { lines.append("accuracy  \(Format.percent(accuracy))") }
    if let top5 = result.top5 { lines.append("top 5     \(Format.percent(top5))") }
    if let loss = result.loss { lines.append("loss      \(Format.decimal(loss, 5))") }
    if result.metric != .accuracy, let value = result.value {
      lines.append("\(result.metric.rawValue)  \(Format.decimal(value, 6))")
    }
    return lines + ["engine    \(Format.decimal(result.seconds, 2)) s"]
  }
}

extension Evaluation {
  /// The report with the keys that scripts read.
  var json: JSON {
    .object([
      "examples": .integer(examples), "accuracy": .optional(accuracy), "top5": .optional(top5),
      "loss": .optional(loss), "metric": .string(metric.rawValue), "value": .optional(value),
      "seconds": .optional(seconds),
    ])
  }
}

extension ScoreKind: ExpressibleByArgument {}
extension Metric: ExpressibleByArgument {}
