public import PressGraph
public import PressTensor

/// A node that the engine can't run, and why.
public struct UnsupportedNode: Hashable, Sendable {
  /// What people call the node.
  public let label: String
  /// The operator's type.
  public let operation: String
  /// What the engine lacks.
  public let missing: String
}

/// What can be wrong with making a plan or running it.
public enum EngineError: Error, Sendable {
  /// The model is a list of weights without a graph.
  case noGraph
  /// Nodes that the engine can't run, of so many that the outputs need.
  case unsupported([UnsupportedNode], total: Int)
  /// The graph can't be put in order.
  case graph(GraphError)
  /// A node's attributes, weights or inputs do not go together.
  case mismatch(node: String, operation: String, expected: String, found: String)
  /// A weight could not be read.
  case weight(name: String, any Error)
  /// An input that the graph needs was not given.
  case missingInput(String, given: [String])
  /// Something was given, or asked for, that the graph does not have.
  case unknownValue(String, expected: [String])
  /// A value was given for an input that the model fills itself.
  case filledInput(String)
  /// An input has another element type than the graph demands.
  case inputType(String, expected: ElementType, found: ElementType)
  /// An input is not the kind of value that the graph demands.
  case inputValue(String, expected: String, found: String)
  /// An input has another shape than the graph demands.
  case inputShape(String, expected: [Dimension], found: Shape)
  /// Weights or intermediate values would take more memory than allowed, or overflow a word (`nil`).
  case memoryLimit(needed: Int?, limit: Int)
}

extension EngineError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String { text.onOneLine(limit: 100_000) }

  private var text: String {
    switch self {
    case .noGraph:
      "nothing to run, expected a model with a graph, found weights alone"
    case .unsupported(let nodes, let total):
      "can't run \(nodes.count) of \(total) nodes, expected operators that the engine has, found "
        + EngineError.summary(of: nodes)
    case .graph(let error): error.description
    case .mismatch(let node, let operation, let expected, let found):
      "wrong sizes in node '\(node)' (\(operation)), expected \(expected), found \(found)"
    case .weight(let name, let error): "can't read weight '\(name)': \(error)"
    case .missingInput(let name, let given):
      "missing input, expected '\(name)', found \(EngineError.list(given))"
    case .unknownValue(let name, let expected):
      "unknown value, expected \(EngineError.list(expected)), found '\(name)'"
    case .filledInput(let name):
      "input '\(name)' can't be given, expected it to be left out since the model fills it, "
        + "found a tensor"
    case .inputType(let name, let expected, let found):
      "wrong type of input '\(name)', expected \(expected.name), found \(found.name)"
    case .inputValue(let name, let expected, let found):
      "wrong kind of input '\(name)', expected \(expected), found \(found)"
    case .inputShape(let name, let expected, let found):
      "wrong shape of input '\(name)', expected "
        + "\(EngineError.sizes(expected)), found \(found)"
    case .memoryLimit(let needed, let limit):
      "too large to run, expected at most \(limit) bytes (--max-memory), found "
        + (needed.map(String.init) ?? "more than 2^63")
    }
  }

  /// Declared dimensions the way that shapes are written.
  static func sizes(_ dimensions: [Dimension]) -> String {
    dimensions.isEmpty ? "scalar" : dimensions.map(\.description).joined(separator: "x")
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.map { "'\($0)'" }.joined(separator: ", ")
  }

  /// Every operator with what it lacks and the first node that has it.
  private static func summary(of nodes: [UnsupportedNode]) -> String {
    var order: [[String]] = []
    var groups: [[String]: [String]] = [:]
    for node in nodes {
      let key = [node.operation, node.missing]
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(node.label)
    }
    return order.map { key in
      let labels = groups[key, default: []]
      let more = labels.count > 1 ? " and \(labels.count - 1) more" : ""
      return "\(key[0]) in '\(labels.first ?? "")'\(more) (\(key[1]))"
    }.joined(separator: ", ")
  }
}
