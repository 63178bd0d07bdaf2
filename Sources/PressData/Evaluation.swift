import PressEngine
public import PressGraph
public import PressTensor

/// What is asked of a network on a data set.
public enum Metric: String, Sendable, CaseIterable {
  /// The share of right predictions.
  case accuracy
  /// The mean squared error against float targets.
  case mse
  /// The mean cosine between outputs and float targets.
  case cosine
}

/// How a network does on a data set.
public struct Evaluation: Sendable {
  /// The examples that were run.
  public var examples: Int
  /// The share of right predictions; `nil` for metrics of float targets.
  public var accuracy: Double?
  /// The share with the label among the five largest scores; `nil` below six classes.
  public var top5: Double?
  /// The mean cross-entropy in natural units.
  public var loss: Double?
  /// The metric that was asked for.
  public var metric: Metric
  /// Its value.
  public var value: Double?
  /// Seconds that the engine ran.
  public var seconds: Double
}

/// Runs a network over a data set; no result depends on the batch size.
public struct Evaluator: Sendable {
  /// The output to read; `nil` takes the only float output.
  public var output: String?
  /// What the scores mean; `nil` asks the node that makes the output.
  public var scores: ScoreKind?
  /// What is measured.
  public var metric: Metric
  /// Examples in a run; a graph with a fixed first dimension decides for itself.
  public var batch: Int
  /// Threads of the engine.
  public var threads: Int
  /// Bounds on what the plan may allocate.
  public var limits: ReadLimits

  /// An evaluator with defaults.
  public init(
    output: String? = nil, scores: ScoreKind? = nil, metric: Metric = .accuracy, batch: Int = 256,
    threads: Int = 1, limits: ReadLimits = ReadLimits(maximumBytes: .max)
  ) {
    self.output = output
    self.scores = scores
    self.metric = metric
    self.batch = batch
    self.threads = threads
    self.limits = limits
  }

  /// Runs a model over all examples of a data set.
  ///
  /// - Parameter clock: Seconds, for timing the engine.
  /// - Parameter progress: Called with the examples done and their number.
  /// - Throws: `EngineError`, `DatasetError`, `TensorError`.
  public func run(
    _ model: Model, on data: Dataset, clock: () -> Double,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Evaluation {
    guard let graph = model.graph else { throw EngineError.noGraph }
    let name = try graph.scoreOutput(output)
    let plan = try Plan(model, options: PlanOptions(limits: limits))
    var engine = Engine(plan, threads: threads)
    let kind = scores ?? graph.scoreKind(of: name)
    let fixed = graph.fixedBatch
    let size = fixed ?? batch
    var classification: Classification?
    var regression = Regression()
    var seconds = 0.0
    for start in stride(from: 0, to: data.count, by: size) {
      let range = start..<min(start + size, data.count)
      let inputs = try data.batch(range, paddedTo: fixed)
      let begin = clock()
      let outputs = try engine.run(inputs)
      seconds += clock() - begin
      guard let tensor = outputs[name] else {
        throw DatasetError.unknownOutput(name, expected: outputs.keys.sorted())
      }
      let values = try tensor.floats()
      if metric == .accuracy {
        let classes = try Classification.classCount(of: tensor.shape)
        var measure = classification ?? Classification(classes: classes, kind: kind)
        try measure.add(values, labels: try data.classes(range))
        classification = measure
      } else {
        try regression.add(values, targets: try data.targets(range), count: range.count)
      }
      progress(range.upperBound, data.count)
    }
    let value: Double? =
      switch metric {
      case .accuracy: classification?.accuracy
      case .mse: regression.meanSquaredError
      case .cosine: regression.cosine
      }
    return Evaluation(
      examples: data.count, accuracy: classification?.accuracy, top5: classification?.top5,
      loss: classification?.loss, metric: metric, value: value, seconds: seconds)
  }
}

extension Graph {
  /// The output that holds scores: the one named, or the only one of floats.
  func scoreOutput(_ name: String?) throws(DatasetError) -> String {
    let names = outputs.map(\.name)
    if let name {
      guard names.contains(name) else { throw .unknownOutput(name, expected: names) }
      return name
    }
    let floats = outputs.filter { output in
      if case .tensor(let type?, _) = output.type { type.isFloatingPoint } else { true }
    }
    guard floats.count == 1, let only = floats.first else { throw .severalOutputs(names) }
    return only.name
  }

  /// What an output's scores mean, by the node that makes it.
  func scoreKind(of name: String) -> ScoreKind {
    var name = name
    for _ in nodes.indices {
      guard let node = nodes.first(where: { $0.outputs.contains(name) }) else { break }
      switch node.operation.type {
      case "Softmax": return .probabilities
      case "LogSoftmax": return .log
      case "Identity", "Reshape", "Flatten", "Squeeze", "Cast": name = node.inputs.first ?? ""
      default: return .logits
      }
    }
    return .logits
  }

  /// The first dimension of the first input that must be given, where the graph fixes it.
  package var fixedBatch: Int? {
    guard case .tensor(_, let dimensions?) = requiredInputs.first?.type,
      case .known(let size) = dimensions.first, size > 0
    else { return nil }
    return size
  }
}
