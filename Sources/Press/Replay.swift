public import PressContainer
import PressFile
import PressGraph
public import PressPasses
import PressReports
import PressTensor

/// Runs what a container's history records once more, on the original source.
public struct Replay {
  /// What came of it.
  public enum Outcome: Sendable, Hashable {
    /// The same bytes.
    case identical
    /// Other bytes, but weights within a relative error of each other, where passes that depend on
    /// the platform ran on another one.
    case close(error: Double, recorded: String)
    /// Something else.
    case different(reason: String)
  }

  /// What is in the way of running a history again.
  public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The container does not say what it was made from.
    case noSource
    /// The source is another file.
    case otherSource(expected: String, found: String)

    /// One line: what, expected, found.
    public var description: String {
      switch self {
      case .noSource: "no source in the history, expected one to replay, found none"
      case .otherSource(let expected, let found):
        "another source, expected SHA-256 \(expected), found \(found)"
      }
    }
  }

  /// Where weights of another platform may differ, relative to the largest of the tensor.
  private static let tolerance = 1e-5

  private let container: Container
  private let context: PassContext
  private let data: String?

  /// A replay of a container's history.
  ///
  /// - Parameter data: What passes that were calibrated read instead of the recorded file.
  public init(_ container: Container, _ context: PassContext, data: String? = nil) {
    self.container = container
    self.context = context
    self.data = data
  }

  /// Runs the recorded passes on a source and compares what they make with the container.
  ///
  /// Between passes the model goes through a temporary file, as it did between commands.
  ///
  /// - Throws: `Problem`, `PassError` for a pass that is not known, or what passes throw.
  public func run(on source: ModelFile) throws -> Outcome {
    let history = container.model.history
    guard let recorded = history.source else { throw Problem.noSource }
    let found = source.sha256()
    guard found == recorded.sha256 else {
      throw Problem.otherSource(
        expected: recorded.sha256.hexadecimal, found: found.hexadecimal)
    }
    var file = source
    for record in history.passes {
      var model = try pass(record).apply(to: file.model, context(record)).model
      if let last = model.history.passes.indices.last {
        model.history.passes[last].options = record.options
      }
      file = try ModelWriter.throughTemporaryFile(model, limits: context.limits)
    }
    if history.passes.isEmpty {
      file = try ModelWriter.throughTemporaryFile(file.model, limits: context.limits)
    }
    return try compare(file)
  }

  private func pass(_ record: History.PassRecord) throws(PassError) -> any Pass {
    guard let data, case .object(var options) = JSON(text: record.options),
      options["calibrate"] != nil
    else { return try PassRegistry.pass(named: record.name, options: record.options) }
    options["calibrate"] = .string(data)
    return try PassRegistry.pass(named: record.name, options: JSON.object(options).text)
  }

  /// The seed and the tool that the history names; the platform that it may name is added anew.
  private func context(_ record: History.PassRecord) -> PassContext {
    var context = context
    context.seed = record.seed
    let place = record.tool.firstRange(of: " on ")
    context.tool = place.map { String(record.tool[..<$0.lowerBound]) } ?? record.tool
    return context
  }

  private func compare(_ file: ModelFile) throws -> Outcome {
    guard let other = file.container else { return .different(reason: "no container") }
    if container.hasSameBytes(as: other) { return .identical }
    let (old, new) = (container.model, other.model)
    let platforms = zip(old.history.passes, new.history.passes).filter { $0.tool != $1.tool }
    guard old.weights.map(\.name) == new.weights.map(\.name) else {
      return .different(reason: "other tensors")
    }
    var largest = 0.0
    for (a, b) in zip(old.weights, new.weights) {
      guard a.shape == b.shape, a.elementType == b.elementType else {
        return .different(reason: "tensor '\(a.name)' has another shape")
      }
      let error = try WeightError(b, from: a)?.largestRelative ?? (try a.isSame(as: b) ? 0 : 1)
      if platforms.isEmpty, error > 0 {
        return .different(reason: "tensor '\(a.name)' has other elements")
      }
      guard error <= Self.tolerance else {
        return .different(
          reason: "tensor '\(a.name)' differs by \(error), more than \(Self.tolerance)")
      }
      largest = max(largest, error)
    }
    guard let first = platforms.first else {
      return .different(reason: "the same elements in other bytes")
    }
    return .close(error: largest, recorded: first.0.tool)
  }
}

extension Weight {
  /// Whether the dense elements are the same, bit for bit.
  fileprivate func isSame(as other: Weight) throws -> Bool {
    try decoded().copied() == other.decoded().copied()
  }
}

extension [UInt8] {
  /// Two hexadecimal digits for each byte.
  public var hexadecimal: String {
    let digits = Array<Character>("0123456789abcdef")
    return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
