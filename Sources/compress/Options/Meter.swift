import Press

/// Measures models, and what passes do to their layers, on the data that a command was given.
struct Meter {
  /// How many examples the layers' outputs are compared on.
  private static let sampleSize = 32

  let common: CommonOptions
  /// What errors name: the file that the models stem from.
  let path: String
  private let batch: Int
  private let dataset: Dataset?
  private let sample: [String: Tensor]
  private let values: Set<String>

  /// Reads the data, if there is any.
  ///
  /// - Parameter inputs: An npz file to compare layers on instead.
  init(
    _ model: Model, path: String, _ common: CommonOptions, _ data: DataOptions,
    inputs: String? = nil
  ) throws {
    self.common = common
    self.path = path
    batch = data.batch
    dataset = data.data == nil ? nil : try data.read(for: model, common)
    if let inputs {
      guard let graph = model.graph else {
        throw InputError(path: path, underlying: EngineError.noGraph, code: nil)
      }
      let limits = try common.limits()
      sample = try InputError.naming(inputs) {
        try InputArrays.read(try NpzFile(path: inputs, limits: limits), for: graph)
      }
    } else if let dataset, let graph = model.graph {
      sample = try dataset.sample(Self.sampleSize, for: graph)
    } else {
      sample = [:]
    }
    values = sample.isEmpty ? [] : model.layerValues
  }

  /// A model in a file.
  func measured(_ file: ModelFile) throws -> MeasuredModel {
    try complete(
      InputError.naming(path) {
        try MeasuredModel(file.model, bytes: file.byteCount, container: file.container)
      })
  }

  /// A model as it was written.
  func measured(_ model: Model, _ outcome: ModelWriter.Outcome) throws -> MeasuredModel {
    try complete(
      InputError.naming(path) {
        try MeasuredModel(model, bytes: outcome.bytes, entries: outcome.entries)
      })
  }

  /// Adds what takes running the model.
  private func complete(_ measured: MeasuredModel) throws -> MeasuredModel {
    var measured = measured
    let limits = try common.limits()
    if let dataset {
      let evaluator = Evaluator(batch: batch, threads: common.threads, limits: limits)
      let progress = Progress("evaluate", isQuiet: common.quiet)
      measured.size.accuracy = try InputError.naming(path) {
        try evaluator.run(
          measured.model, on: dataset, clock: Clock.seconds, progress: progress.update
        ).accuracy
      }
      progress.finish()
    }
    if !sample.isEmpty {
      measured.outputs = try InputError.naming(path) {
        try LayerOutputs(
          measured.model, inputs: sample, including: values, threads: common.threads,
          limits: limits)
      }
    }
    return measured
  }
}
