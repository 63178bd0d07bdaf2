public import PressGraph
public import PressTensor

/// A function from model to model; its stored properties are its options.
///
/// Recipes, the command line and Swift spell the same thing: the properties' names are the long
/// options without dashes.
public protocol Pass: Codable, Sendable {
  /// The name in recipes and on the command line.
  static var name: String { get }
  /// Carries the pass out, or says why it can't be.
  func apply(to model: Model, _ context: PassContext) throws -> PassResult
}

/// What a pass may know besides the model.
public struct PassContext {
  /// The seed of everything random.
  public var seed: UInt64
  /// The tool and version that the history names.
  public var tool: String
  /// Threads to use; results are the same for any number.
  public var threads: Int
  /// Bounds on what the pass may allocate for reading files and running networks.
  public var limits: ReadLimits
  /// Where relative paths in options start: a recipe's folder; `nil` for the current one.
  public var folder: String?
  /// Called with the weights done and their number.
  public var progress: (Int, Int) -> Void = { _, _ in }

  /// A context.
  public init(
    seed: UInt64 = 0, tool: String = "Press", threads: Int = 1,
    limits: ReadLimits = ReadLimits(maximumBytes: .max),
    folder: String? = nil
  ) {
    self.seed = seed
    self.tool = tool
    self.threads = threads
    self.limits = limits
    self.folder = folder
  }
}

/// What a pass made of a model.
public struct PassResult: Sendable {
  /// The new model, its history included.
  public var model: Model
  /// What happened to each layer that was selected.
  public var layers: [LayerOutcome]

  /// A result.
  public init(model: Model, layers: [LayerOutcome]) {
    self.model = model
    self.layers = layers
  }
}

/// What a pass did to one weight.
public struct LayerOutcome: Sendable, Hashable {
  /// The layer: the name of the node that uses the weight, or the tensor's own where none does.
  public var name: String
  /// The tensor.
  public var tensor: String
  /// Whether the weight is another one now.
  public var isChanged: Bool
  /// Why, or why not.
  public var reason: String

  /// An outcome.
  public init(name: String, tensor: String, isChanged: Bool, reason: String) {
    self.name = name
    self.tensor = tensor
    self.isChanged = isChanged
    self.reason = reason
  }
}

/// What can be wrong with a pass's options, or between them and a model.
public enum PassError: Error, Equatable, Sendable {
  /// An option's value is out of its range.
  case option(name: String, expected: String, found: String)
  /// No weight of the model is one that the pass can work on.
  case nothingToDo(pass: String, reason: String)
  /// No layer can have the size, ratio or rank that was asked for.
  case unreachable(pass: String, reason: String)
}

extension PassError: CustomStringConvertible {
  /// One line: what, expected, found.
  public var description: String {
    switch self {
    case .option(let name, let expected, let found):
      "invalid value of --\(name), expected \(expected), found \(found)"
    case .nothingToDo(let pass, let reason): "nothing to \(pass), \(reason)"
    case .unreachable(let pass, let reason):
      "\(pass) is out of reach, expected a layer that allows it, found none: \(reason)"
    }
  }
}
