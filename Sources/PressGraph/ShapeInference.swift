import PressTensor

/// The types of a graph's values, as far as they follow from its inputs.
public struct InferredShapes: Sendable {
  private let values: [String: Inferred]

  init(_ values: [String: Inferred]) {
    self.values = values
  }

  /// What is known of a value of the outermost graph; `nil` if nothing is.
  public subscript(value: String) -> ValueType? { values[value]?.type }

  /// What is known of a tensor's dimensions; `nil` if not even their number.
  public func dimensions(of value: String) -> [Dimension]? { values[value]?.dimensions }

  /// The sizes of a tensor, if every one is known.
  public func sizes(of value: String) -> [Int]? { values[value]?.dimensions?.allKnown }

  /// The elements of a small integer or boolean tensor, row-major, if they do not depend on what
  /// the inputs hold.
  public func integers(of value: String) -> [Int]? { values[value]?.integers }
}

extension Model {
  /// Infers the type of every value of the graph from the declared types of its inputs.
  ///
  /// `shapes` fixes inputs by name; a dimension's name gets its size everywhere. Operators that are
  /// not known make values of which only the declared type is known. Throws `shapeMismatch` where
  /// inputs of a node cannot go together or `shapes` contradict the declaration, `undefinedValue`
  /// for a name in `shapes` that is no input, and `cycle`.
  public func inferShapes(
    fixing shapes: [String: [Int]] = [:]
  ) throws(GraphError) -> InferredShapes {
    guard let graph else { return InferredShapes([:]) }
    let known = Dictionary(weights.map { ($0.id, $0) }) { first, _ in first }
    var inference = GraphInference(weights: known)
    try inference.fix(shapes, of: graph)
    return InferredShapes(try inference.values(of: graph, around: []))
  }
}
