public import PressTensor

/// An edit to a graph as a value: what to take away, what to put in, what to reconnect, and why.
///
/// Nodes are named by a value that they make. Everything refers to the graph as it was, but for the
/// inputs of inserted nodes, which are taken as they stand.
public struct Patch: Sendable {
  /// Where a node is put.
  public enum Place: Sendable, Hashable {
    /// Just before the node that makes a value.
    case before(String)
    /// Just after the node that makes a value.
    case after(String)
    /// After all others.
    case end
  }

  /// A node and its place.
  public struct Insertion: Sendable, Equatable {
    /// The node.
    public var node: Node
    /// Its place.
    public var place: Place

    /// A node at a place.
    public init(_ node: Node, at place: Place = .end) {
      self.node = node
      self.place = place
    }
  }

  /// Why the edit is made, for reports.
  public var reason: String
  /// Values whose nodes are taken away.
  public var removedNodes: [String]
  /// Nodes that are put in; those for one place keep their order.
  public var insertions: [Insertion]
  /// Values by the names of those they give way to, for every node and nested graph that takes
  /// them.
  ///
  /// An output of the graph keeps its name and gets the new value.
  public var redirections: [String: String]
  /// Initializers that are added.
  public var addedConstants: [ConstantBinding]
  /// The names of initializers that are dropped, and with them the inputs that they filled.
  public var droppedConstants: [String]
  /// Weights that are added, or take the place of those of the same id.
  public var weights: [Weight]

  /// An edit that changes nothing yet.
  public init(
    reason: String, removedNodes: [String] = [], insertions: [Insertion] = [],
    redirections: [String: String] = [:], addedConstants: [ConstantBinding] = [],
    droppedConstants: [String] = [], weights: [Weight] = []
  ) {
    self.reason = reason
    self.removedNodes = removedNodes
    self.insertions = insertions
    self.redirections = redirections
    self.addedConstants = addedConstants
    self.droppedConstants = droppedConstants
    self.weights = weights
  }
}

extension Model {
  /// The model with its graph edited, then validated.
  ///
  /// Weights whose last use goes away go with it. Throws what `validate` throws; `undefinedValue`
  /// if the patch names a node or an initializer that is not there; `cycle` if redirections run in
  /// a circle; `missingGraph` for a model of weights alone.
  public func applying(_ patch: Patch) throws(GraphError) -> Model {
    guard let graph else { throw .missingGraph }
    var model = self
    model.graph = try graph.applying(patch)
    model.put(patch.weights)
    let before = Set(weightsInUse)
    let after = Set(model.weightsInUse)
    model.weights.removeAll { before.contains($0.id) && !after.contains($0.id) }
    try model.validate()
    return model
  }

  private mutating func put(_ changed: [Weight]) {
    var places: [WeightID: Int] = [:]
    for (index, weight) in weights.enumerated() { places[weight.id] = index }
    for weight in changed {
      if let place = places[weight.id] {
        weights[place] = weight
      } else {
        places[weight.id] = weights.count
        weights.append(weight)
      }
    }
  }
}
