import PressGraph
import PressTensor

/// Layers of a model put in place of others, collected and then carried out at once.
///
/// What nothing uses any more afterwards, constants above all, goes.
struct GraphRewrite {
  /// The graph as it was.
  let graph: Graph
  private let model: Model
  private let producers: [String: Int]
  private let consumers: [String: [Int]]
  private var patch: Patch
  private var names: Set<String>
  private var nextID: UInt32
  /// Values that nodes that are gone took.
  private var released: [String] = []

  /// A rewrite that changes nothing yet; throws `missingGraph` for a model of weights alone.
  init(_ model: Model, reason: String) throws(GraphError) {
    guard let graph = model.graph else { throw .missingGraph }
    self.model = model
    self.graph = graph
    producers = graph.producers
    consumers = graph.consumers
    patch = Patch(reason: reason)
    names = graph.definedValues.union(graph.nodes.map(\.name))
    for nested in graph.nestedGraphs {
      names.formUnion(nested.definedValues)
      names.formUnion(nested.nodes.map(\.name))
    }
    nextID = model.unusedWeightID().number
  }

  /// The version of ONNX's own operators.
  var opset: Int { model.opset() }

  /// The node that makes a value.
  func node(making value: String) -> Node? { producers[value].map { graph.nodes[$0] } }

  /// The node that alone takes a value, once and as its own input; `nil` too if it is an output of
  /// the graph.
  func soleUser(of value: String) -> Node? {
    guard let users = consumers[value], users.count == 1,
      !graph.outputs.contains(where: { $0.name == value })
    else { return nil }
    let node = graph.nodes[users[0]]
    return node.inputs.filter { $0 == value }.count == 1
      && node.usedValues.count == node.inputs.filter { !$0.isEmpty }.count
      ? node : nil
  }

  /// Whether the node that makes a value is to go.
  func isRemoved(_ value: String) -> Bool { patch.removedNodes.contains(value) }

  /// A name that nothing has yet, as it is wished where possible.
  mutating func name(_ wish: String) -> String {
    var (name, number) = (wish, 2)
    while !names.insert(name).inserted {
      name = "\(wish)_\(number)"
      number += 1
    }
    return name
  }

  /// Adds an initializer, made from a weight; returns the name of its value.
  mutating func addConstant(
    _ wish: String, _ elements: [Float], _ dimensions: [Int], like original: Weight
  ) throws -> String {
    let name = name(wish)
    var weight = try Weight(
      id: WeightID(nextID), name: name, elementType: original.elementType,
      shape: Shape(dimensions), dense: original.elementType.elements(of: elements))
    weight.coding = original.coding
    weight.origins = [original.id]
    nextID += 1
    patch.weights.append(weight)
    patch.addedConstants.append(ConstantBinding(name: name, weight: weight.id))
    return name
  }

  /// Puts nodes in place of some that follow each other; the last of the new ones makes what the
  /// last of the old ones made.
  mutating func replace(_ old: [Node], with new: [Node]) {
    guard let place = old.last?.outputs.first else { return }
    patch.removedNodes += old.compactMap(\.outputs.first)
    patch.insertions += new.map { Patch.Insertion($0, at: .before(place)) }
    released += old.flatMap(\.inputs)
  }

  /// Puts a node behind all others.
  mutating func append(_ node: Node) {
    patch.insertions.append(Patch.Insertion(node))
  }

  /// The model after all of that; throws what `Model.applying` throws.
  func finished() throws(GraphError) -> Model {
    guard !patch.insertions.isEmpty else { return model }
    let rewritten = try model.applying(patch)
    return try rewritten.applying(rewritten.removal(of: released))
  }
}

extension Model {
  /// The edit that takes away constants that nothing uses, and the nodes that only hand them on.
  fileprivate func removal(of candidates: [String]) -> Patch {
    var patch = Patch(reason: "nothing uses them")
    guard let graph else { return patch }
    let (producers, operands) = (graph.producers, graph.constantOperands(in: self))
    let constants = Set(graph.constants.map(\.name))
    var users = graph.consumers.mapValues(Set.init)
    let outputs = Set(graph.outputs.map(\.name))
    var (open, seen) = (candidates.filter { operands[$0] != nil }, Set<String>())
    while let value = open.popLast() {
      guard users[value, default: []].isEmpty, !outputs.contains(value),
        seen.insert(value).inserted
      else { continue }
      if constants.contains(value) {
        patch.droppedConstants.append(value)
      } else if let index = producers[value] {
        patch.removedNodes.append(value)
        for input in graph.nodes[index].inputs {
          users[input]?.remove(index)
          open.append(input)
        }
      }
    }
    return patch
  }
}
