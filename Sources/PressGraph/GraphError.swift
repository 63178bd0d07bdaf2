public import PressTensor

/// What can be wrong with a graph.
public enum GraphError: Error, Equatable, Sendable {
  /// A node, or the graph's outputs, uses a value that nothing defines.
  case undefinedValue(String, user: String)
  /// Two places define the same value.
  case duplicateValue(String)
  /// Nodes wait for each other in a circle; one of them is named.
  case cycle(String)
  /// A binding names a weight that the model does not have.
  case missingWeight(WeightID, name: String)
  /// Two weights have the same id.
  case duplicateWeight(WeightID)
  /// A model of weights alone is asked for something that needs a graph.
  case missingGraph
  /// A pattern matches no layer and no tensor; the nearest names are given, nearest first.
  case unmatchedPattern(String, nearest: [String])
  /// A pattern's regular expression cannot be read.
  case malformedPattern(String)
  /// A node's inputs cannot go together.
  case shapeMismatch(node: String, operation: String, expected: String, found: String)
}

extension GraphError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String { text.onOneLine() }

  private var text: String {
    switch self {
    case .undefinedValue(let value, let user):
      "undefined value, expected an input, an initializer or a node's output, found '\(value)' "
        + "used by \(user)"
    case .duplicateValue(let value):
      "value defined twice, expected one definition, found two of '\(value)'"
    case .cycle(let node):
      "cycle, expected nodes that can be put in order, found '\(node)' waiting for itself"
    case .missingWeight(let id, let name):
      "missing weight, expected tensor \(id.number) for '\(name)', found none"
    case .duplicateWeight(let id):
      "duplicate weight, expected one tensor with id \(id.number), found two"
    case .missingGraph:
      "missing graph, expected layers, found a model of weights alone"
    case .unmatchedPattern(let pattern, let nearest):
      "pattern without a match, expected the name of a layer or tensor"
        + (nearest.isEmpty ? "" : " like " + nearest.map { "'\($0)'" }.joined(separator: ", "))
        + ", found '\(pattern)'"
    case .malformedPattern(let pattern):
      "malformed pattern, expected a regular expression after 're:', found '\(pattern)'"
    case .shapeMismatch(let node, let operation, let expected, let found):
      "shapes do not fit in node '\(node)' (\(operation)), expected \(expected), found \(found)"
    }
  }
}
