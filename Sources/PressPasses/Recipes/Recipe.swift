import PressGraph
import PressYAML

/// Passes in order, with their options and a seed: what a recipe file says.
public struct Recipe: Sendable {
  /// The version of recipes that is read.
  public static let version = 1

  /// The seed of everything random.
  public var seed: UInt64
  /// The passes in their order.
  public var passes: [any Pass]
  /// Where relative paths in options start; `nil` for the current folder.
  public var folder: String?

  /// A recipe from its parts.
  public init(seed: UInt64 = 0, passes: [any Pass], folder: String? = nil) {
    self.seed = seed
    self.passes = passes
    self.folder = folder
  }

  /// Reads a recipe from YAML.
  ///
  /// - Parameter source: What the text is called in messages: its path.
  /// - Parameter folder: Where relative paths in options start.
  /// - Parameter settings: Changes such as `share.bits=3`, `prune#2.ratio=0.5` (the second prune),
  ///   `seed=7`; applied in order.
  /// - Throws: `RecipeError`: malformed YAML, an unknown version, pass or key, a value that a pass
  ///   does not take.
  public init(
    _ text: String, source: String = "recipe", folder: String? = nil, settings: [String] = []
  ) throws(RecipeError) {
    var root: YAMLNode
    do {
      root = try YAMLNode(text, source: source)
    } catch {
      throw RecipeError(error)
    }
    for setting in settings { try RecipeSetting(setting).apply(to: &root) }
    try self.init(root, folder: folder)
  }

  /// The recipe with all defaults, as one line of JSON; two recipes that do the same have the same.
  public func resolved() throws -> String {
    let entries = try passes.map { "{\"\(type(of: $0).name)\":\(try $0.encodedOptions())}" }
    return
      "{\"version\":\(Self.version),\"seed\":\(seed),\"passes\":[\(entries.joined(separator: ","))]}"
  }

  private init(_ root: YAMLNode, folder: String?) throws(RecipeError) {
    guard case .mapping(let entries) = root.content else {
      throw RecipeError(root.place, "malformed recipe, expected a mapping, found \(root.kind)")
    }
    let known = ["version", "seed", "passes"]
    for entry in entries where !known.contains(entry.key) {
      throw RecipeError(unknown: "key of a recipe", entry.key, at: entry.place, known: known)
    }
    try Self.checkVersion(root)
    seed = try root["seed"].map(Self.seed) ?? 0
    self.folder = folder
    guard let list = root["passes"] else {
      throw RecipeError(root.place, "missing key, expected 'passes', found none")
    }
    guard case .sequence(let items) = list.content, !items.isEmpty else {
      throw RecipeError(list.place, "no passes, expected a list of them, found \(list.kind)")
    }
    passes = []
    for item in items { passes.append(try RecipeEntry(item).pass()) }
  }

  private static func checkVersion(_ root: YAMLNode) throws(RecipeError) {
    guard let node = root["version"] else {
      throw RecipeError(root.place, "missing key, expected 'version: \(version)', found none")
    }
    guard case .scalar(let text, isPlain: true) = node.content, text == "\(version)" else {
      throw RecipeError(
        node.place, "unknown version of recipes, expected \(version), found \(node.kind)")
    }
  }

  private static func seed(_ node: YAMLNode) throws(RecipeError) -> UInt64 {
    guard case .scalar(let text, isPlain: true) = node.content, let seed = UInt64(text) else {
      throw RecipeError(
        node.place, "invalid value of 'seed', expected a whole number from 0, found \(node.kind)")
    }
    return seed
  }
}

/// One entry of a recipe's list: a pass's name and its options.
struct RecipeEntry {
  let name: String
  private let place: YAMLPlace
  private let options: YAMLNode

  /// Takes `name`, `name:` or `name: {...}`.
  init(_ node: YAMLNode) throws(RecipeError) {
    switch node.content {
    case .scalar(let text, _):
      (name, place, options) = (text, node.place, YAMLNode(.mapping([]), at: node.place))
    case .mapping(let entries):
      guard let first = entries.first, entries.count == 1 else {
        throw RecipeError(
          entries.dropFirst().first?.place ?? node.place,
          "malformed pass, expected one name with its options indented below it, "
            + "found \(entries.map { "'\($0.key)'" }.joined(separator: ", "))")
      }
      (name, place) = (first.key, first.place)
      options = first.value.isNull ? YAMLNode(.mapping([]), at: first.place) : first.value
    case .sequence:
      throw RecipeError(node.place, "malformed pass, expected a name, found \(node.kind)")
    }
  }

  /// The pass with its options, checked.
  func pass() throws(RecipeError) -> any Pass {
    guard let type = PassRegistry.type(named: name) else {
      throw RecipeError(unknown: "pass", name, at: place, known: PassRegistry.names)
    }
    guard case .mapping = options.content else {
      throw RecipeError(
        options.place,
        "malformed options of \(name), expected keys and values, "
          + "found \(options.kind)")
    }
    return try RecipeDecoder.decode(type, from: options)
  }
}
