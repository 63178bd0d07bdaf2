internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The nodes of a plan in the making, in an order in which they can run.
struct NodeList {
  /// The nodes; `nil` where one was taken away.
  private(set) var nodes: [Node?]
  /// Values that must be there at the end of a run.
  let kept: Set<String>
  /// What is known of values; what nodes make of constants may be bound between patterns.
  var context: PlanningContext
  /// The layers that run on integers, by their nodes' places.
  private(set) var groups: [Int: IntegerGroup] = [:]
  private var makers: [String: Int] = [:]
  private var users: [String: [Int]] = [:]

  init(_ nodes: [Node], kept: Set<String>, _ context: PlanningContext) {
    self.nodes = nodes
    self.kept = kept
    self.context = context
    for (index, node) in nodes.enumerated() { link(node, index) }
  }

  /// The places of all nodes.
  var indices: Range<Int> { nodes.indices }

  /// The node at a place.
  subscript(index: Int) -> Node? { nodes[index] }

  /// The place of the node that makes a value.
  func maker(of value: String) -> Int? { makers[value] }

  /// The nodes that take a value, each once.
  func users(of value: String) -> [Int] { users[value] ?? [] }

  /// The only node that takes a value which nobody needs later.
  func soleUser(of value: String) -> Int? {
    guard !kept.contains(value), let places = users[value], places.count == 1 else { return nil }
    return places[0]
  }

  /// Puts one node in the place of several: where the last of them is.
  mutating func replace(_ places: [Int], by node: Node, _ group: IntegerGroup? = nil) {
    guard let last = places.max() else { return }
    for place in places { remove(place) }
    nodes[last] = node
    groups[last] = group
    link(node, last)
  }

  /// Takes a node away.
  mutating func remove(_ place: Int) {
    guard let old = nodes[place] else { return }
    for name in old.inputs { users[name]?.removeAll { $0 == place } }
    for name in old.outputs where makers[name] == place { makers[name] = nil }
    nodes[place] = nil
  }

  private mutating func link(_ node: Node, _ index: Int) {
    for name in node.inputs where !name.isEmpty {
      if users[name]?.last != index { users[name, default: []].append(index) }
    }
    for name in node.outputs where !name.isEmpty { makers[name] = index }
  }
}

extension NodeList {
  /// The number that a constant of one element is.
  func scalar(_ name: String) -> Float? {
    guard let weight = constant(name), weight.shape.count == 1 else { return nil }
    return floats(name)?.first
  }

  /// The constant of a name.
  func constant(_ name: String) -> (elementType: ElementType, shape: Shape)? {
    switch context.bindings[name] {
    case .weight(let id): context.weights[id].map { ($0.elementType, $0.shape) }
    case .constant(let constant): (constant.elementType, constant.shape)
    default: nil
    }
  }

  /// The elements of a constant of float32, small enough to be looked at.
  func floats(_ name: String) -> [Float]? {
    switch context.bindings[name] {
    case .weight(let id): return context.weights[id].flatMap { context.floats(of: $0) }
    case .constant(let constant):
      guard constant.elementType == .float32 else { return nil }
      return constant.floats?.array()
    default: return nil
    }
  }

  /// The inputs of an operation of two as (variable, scalar constant).
  ///
  /// The constant does not add axes to the result.
  func withScalar(_ node: Node) -> (value: String, scalar: Float)? {
    guard node.inputs.count == 2 else { return nil }
    for (value, other) in [(0, 1), (1, 0)] {
      guard let scalar = scalar(node.inputs[other]),
        let rank = constant(node.inputs[other])?.shape.rank, rank <= self.rank(node.inputs[value])
      else { continue }
      return (node.inputs[value], scalar)
    }
    return nil
  }

  /// The number of a value's axes; 0 where nobody knows.
  func rank(_ name: String) -> Int { context.shapes?.dimensions(of: name)?.count ?? 0 }

  /// The one of two inputs that is not `value`.
  func other(than value: String, in node: Node) -> String? {
    guard node.inputs.count == 2, node.inputs.contains(value) else { return nil }
    return node.inputs[0] == value ? node.inputs[1] : node.inputs[0]
  }

  /// Whether the type of a value is float32, as far as anybody knows.
  func isFloat32(_ name: String) -> Bool {
    guard case .tensor(let type?, _)? = context.shapes?[name] else { return true }
    return type == .float32
  }
}
