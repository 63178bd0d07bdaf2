public import PressGraph
public import PressTensor

/// A function from model to model; its stored properties are its options.
///
/// Recipes, the command line and Swift spell the same thing: the properties' names are the long
/// options without dashes.
public protocol Pass: Codable, Sendable {
  /// The name in recipes and on the command line.
  static var name: String { get }
  /// Whether the result may differ in its last bits on another machine: where LAPACK, the engine or
  /// libz take part.
  var isPlatformDependent: Bool { get }
  /// Refuses options that are out of their range, without looking at a model.
  func check() throws(PassError)
  /// Carries the pass out, or says why it can't be.
  ///
  /// Options are checked here, too.
  func apply(to model: Model, _ context: PassContext) throws -> PassResult
}

extension Pass {
  /// The same everywhere.
  public var isPlatformDependent: Bool { false }
  /// Any options will do.
  public func check() throws(PassError) {}
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
  /// No pass has this name.
  case unknown(pass: String, known: [String])
  /// The options of a recorded pass are not those that it has.
  case options(pass: String, found: String)
  /// A size, a share or a rank that was asked for is out of reach.
  case unreachable(name: String, expected: String, found: String)
  /// A weight's elements are none that the pass can work on.
  case elements(tensor: String, expected: String, found: String)
  /// What a network makes of calibration inputs is nothing that a pass can work with.
  case activation(value: String, expected: String, found: String)
}

extension PassError: CustomStringConvertible {
  /// One line: what, expected, found.
  public var description: String {
    switch self {
    case .option(let name, let expected, let found):
      "invalid value of --\(name), expected \(expected), found \(found)"
    case .nothingToDo(let pass, let reason): "nothing to \(pass), \(reason)"
    case .unknown(let pass, let known):
      "unknown pass, expected one of \(known.joined(separator: ", ")), found '\(pass)'"
    case .options(let pass, let found): "options that \(pass) does not have, found \(found)"
    case .unreachable(let name, let expected, let found):
      "\(name) out of reach, expected \(expected), found \(found)"
    case .elements(let tensor, let expected, let found):
      "weight '\(tensor)', expected \(expected), found \(found)"
    case .activation(let value, let expected, let found):
      "value '\(value)' on the calibration inputs, expected \(expected), found \(found)"
    }
  }
}
