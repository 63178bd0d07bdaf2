import ArgumentParser
import Press

/// The data that accuracy is measured on.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An npz file with x_<split> and y_<split>, or arrays named after the graph's inputs and y or labels.",
      valueName: "file.npz"),
    completion: .file(extensions: ["npz"]))
  var data: String?

  @Option(help: ArgumentHelp("The split.", valueName: "name"))
  var split = "test"

  @Option(
    help: ArgumentHelp(
      "Subtracted from every input, one value or one per channel, by commas.",
      valueName: "values"))
  var mean: String?

  @Option(
    help: ArgumentHelp(
      "Divides every input after that, one value or one per channel, by commas.",
      valueName: "values"))
  var std: String?

  @Option(help: ArgumentHelp("Use only the first examples.", valueName: "n"))
  var limit: Int?

  @Option(help: ArgumentHelp("Examples in a run; no result depends on it.", valueName: "n"))
  var batch: Int = 256

  func validate() throws {
    guard batch >= 1 else {
      throw ValidationError("invalid value of --batch, expected 1 or more, found \(batch)")
    }
    if let limit, limit < 1 {
      throw ValidationError("invalid value of --limit, expected 1 or more, found \(limit)")
    }
    _ = try normalization()
  }

  /// Reads the data for a model.
  func read(for model: Model, _ common: CommonOptions) throws -> Dataset {
    guard let data else {
      throw UsageError("missing data, expected --data FILE.npz, found none")
    }
    guard let graph = model.graph else { throw EngineError.noGraph }
    let (normalization, limits) = (try normalization(), try common.limits())
    return try InputError.naming(data) {
      try Dataset(
        path: data, graph: graph, split: split, normalization: normalization, limit: limit,
        limits: limits)
    }
  }

  private func normalization() throws -> Normalization {
    Normalization(mean: try numbers(mean, "mean"), deviation: try numbers(std, "std"))
  }

  private func numbers(_ text: String?, _ name: String) throws -> [Float] {
    guard let text else { return [] }
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Float(part) else {
        throw ValidationError(
          "invalid value of --\(name), expected numbers separated by commas, found '\(text)'")
      }
      return number
    }
  }
}
