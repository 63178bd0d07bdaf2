import PressData
import PressGraph
import PressTensor

/// Examples without labels that a pass runs a network on: the first 256 of a file's split `train`.
struct CalibrationInputs {
  /// The most examples that are used.
  static let limit = 256
  private let data: Dataset
  private let fixedBatch: Int?

  /// Reads the examples for a model's inputs from an npz file.
  ///
  /// - Throws: `FileError`, `NpzError`, `DatasetError`, with the file's name in front.
  init(path: String, for model: Model, _ context: PassContext) throws {
    guard let graph = model.graph else { throw GraphError.missingGraph }
    let isRelative = !path.hasPrefix("/")
    let place = isRelative ? context.folder.map { "\($0)/\(path)" } ?? path : path
    do {
      data = try Dataset(
        path: place, graph: graph, split: "train", limit: Self.limit, limits: context.limits)
    } catch {
      throw CalibrationError(path: place, underlying: error)
    }
    fixedBatch = graph.fixedBatch
  }

  /// The number of examples.
  var count: Int { data.count }

  /// Calls `body` with the inputs of all examples, some at a time, and the number of examples that
  /// count; behind them stand repetitions where the graph fixes the size of a batch.
  func forEachBatch(
    of size: Int = 16, _ body: ([String: Tensor], Int) throws -> Void
  ) throws {
    let step = fixedBatch ?? size
    for start in stride(from: 0, to: data.count, by: step) {
      let range = start..<min(start + step, data.count)
      try body(try data.batch(range, paddedTo: fixedBatch), range.count)
    }
  }
}

/// What is wrong with calibration data, and where.
public struct CalibrationError: Error, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong.
  public let underlying: any Error

  /// One line.
  public var description: String {
    let text = "\(underlying)"
    return text.contains(path) ? text : "\(path): \(text)"
  }
}
