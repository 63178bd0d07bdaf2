import PressGraph
import PressTensor

/// A layer whose rows are filters: each makes one channel.
struct FilterLayer {
  /// The layer's matrix.
  let weight: WeightID
  /// The label of the node that uses it, the first if there are several.
  let name: String
  /// The matrix's axis along which filters stand.
  let rowAxis: Int
  /// The matrix's axis along which the channels stand that it reads; `nil` if each filter reads its
  /// own.
  let columnAxis: Int?
  /// The channel of each filter.
  let channels: [Int]
  /// Whether these are the channels that it reads, those of a depthwise convolution.
  let follows: Bool
  /// The layers on the longest way from an input, this one included; the least where nodes share it.
  var depth: Int
  /// The scales of the batch normalization right behind it.
  var normalization: WeightID?
}

/// Follows the channels that layers make through the network, to whatever reads them.
///
/// The result says which channels can only go together, which have to stay, and along which axes of
/// which constants they run. Where channels cannot be followed they stay.
struct ChannelTracer {
  /// The channels.
  var classes = ChannelClasses()
  /// The layers, in an order in which they can run.
  private(set) var layers: [FilterLayer] = []
  /// The values whose channels are known.
  private(set) var values: [String: ChannelAxis] = [:]
  /// For each constant that has channels, those along each of its axes.
  private(set) var cuts: [WeightID: [Int: [Int]]] = [:]
  /// The nodes of depthwise convolutions with the channels they read.
  var depthwise: [Int: [Int]] = [:]
  /// The nodes of Reshapes that state numbers of channels: for places in their target the channels.
  var reshapes: [Int: [Int: [Int]]] = [:]
  /// What is known of every value's size.
  let shapes: InferredShapes
  /// The constants of the graph.
  private(set) var constants: [String: TracedConstant] = [:]
  private let weights: [WeightID: Weight]
  private let graph: Graph
  private let consumers: [String: [Int]]
  private var depths: [String: Int] = [:]
  private var layerOfWeight: [WeightID: Int] = [:]
  private var layerOfValue: [String: Int] = [:]
  /// The constants that the node at hand has already told its channels of.
  private var usedSlots: Set<Int> = []

  /// Traces the outermost graph of a model; `shapes` are its.
  init(_ model: Model, _ graph: Graph, _ shapes: InferredShapes) throws(GraphError) {
    (self.shapes, self.graph, consumers) = (shapes, graph, graph.consumers)
    weights = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
    for binding in graph.constants {
      constants[binding.name] = weights[binding.weight].map { TracedConstant($0) }
    }
    for index in try graph.order() { trace(graph.nodes[index], index) }
    for output in graph.outputs {
      pin([output.name], "the network's output '\(output.name)' has them")
    }
    let nested = graph.nestedGraphs.flatMap(\.weightsInUse)
    for id in nested + model.functions.flatMap({ $0.body.weightsInUse }) {
      note(id, [:], user: "a nested graph")
    }
    for name in graph.outputs.map(\.name) {
      if let constant = constants[name] { note(constant.weight, [:], user: "an output") }
    }
  }

  private mutating func trace(_ node: Node, _ index: Int) {
    usedSlots = []
    let depth = node.usedValues.compactMap { depths[$0] }.max() ?? 0
    if case .constant(let id, .constant) = node.operation, let output = node.outputs.first {
      constants[output] = weights[id].map { TracedConstant($0) }
      return
    }
    if let input = node.inputs.first, let constant = constants[input],
      let next = constant.handedOn(by: node.operation, node: index, target(node)),
      let output = node.outputs.first
    {
      constants[output] = next
      return
    }
    follow(node, index)
    for slot in node.inputs.indices where !usedSlots.contains(slot) {
      if let constant = constants[node.inputs[slot]] {
        note(constant.weight, [:], user: node.label)
      }
    }
    for name in node.usedValues.dropFirst(node.inputs.count { !$0.isEmpty }) {
      if let constant = constants[name] { note(constant.weight, [:], user: node.label) }
    }
    let isLayer = node.outputs.contains { layerOfValue[$0] != nil }
    for output in node.outputs where !output.isEmpty { depths[output] = depth + (isLayer ? 1 : 0) }
    for output in node.outputs {
      guard let layer = layerOfValue[output] else { continue }
      layers[layer].depth = min(layers[layer].depth, depth + 1)
    }
  }

  /// The elements of a second input that is a constant.
  private func target(_ node: Node) -> [Int]? {
    guard node.inputs.count > 1, constants[node.inputs[1]] != nil else { return nil }
    return integers(node.inputs[1])
  }

  // MARK: What rules of operators use

  /// The rank of a value; `nil` if it is not known.
  func rank(_ value: String) -> Int? {
    constants[value]?.axes.count ?? shapes.dimensions(of: value)?.count
  }

  /// The size of an axis of a value; `nil` if it is not known.
  func size(_ value: String, _ axis: Int) -> Int? {
    if let constant = constants[value] { return constant.sizes[axis] }
    guard let dimensions = shapes.dimensions(of: value), dimensions.indices.contains(axis),
      case .known(let size) = dimensions[axis]
    else { return nil }
    return size
  }

  /// The elements of a small integer value that is known.
  func integers(_ value: String) -> [Int]? { shapes.integers(of: value) }

  /// The nodes that read a value; an Identity stands for an output of the network.
  func readers(of value: String) -> [Node] {
    let isOutput = graph.outputs.contains { $0.name == value }
    let output = Node(inputs: [value], outputs: [], operation: .unary(.identity))
    return (consumers[value] ?? []).map { graph.nodes[$0] } + (isOutput ? [output] : [])
  }

  /// The elements of a small constant of floats.
  func floats(_ value: String) -> [Float]? {
    guard let constant = constants[value], let weight = weights[constant.weight],
      weight.shape.count <= 64
    else { return nil }
    return try? weight.floats()
  }

  /// Says that the channels of values have to stay.
  mutating func pin(_ names: [String], _ reason: String) {
    for name in names {
      if let axis = values[name] { classes.pin(axis.channels, reason) }
    }
  }

  /// Says that a node's inputs keep their channels, since what it makes of them cannot be followed.
  mutating func pin(_ node: Node) {
    pin(node.usedValues, "'\(node.label)' (\(node.operation.type)) needs them")
  }

  /// Says along which axis a value has which channels.
  mutating func set(_ value: String?, _ axis: ChannelAxis) {
    guard let value, !value.isEmpty else { return }
    values[value] = axis
  }

  /// Says that the constant at an input has channels along some of its value's axes.
  ///
  /// They are pinned where the constant cannot be cut along them.
  mutating func cut(_ node: Node, _ slot: Int, _ channels: [Int: [Int]]) {
    guard let constant = constants[node.inputs[slot]] else { return }
    usedSlots.insert(slot)
    var cuts: [Int: [Int]] = [:]
    for (axis, ids) in channels {
      guard let own = constant.axes[axis], constant.sizes[axis] == ids.count else {
        classes.pin(ids, "'\(node.label)' (\(node.operation.type)) needs them")
        continue
      }
      cuts[own] = ids
      for statement in constant.statements where statement.axis == own {
        reshapes[statement.node, default: [:]][statement.place] = ids
      }
    }
    note(constant.weight, cuts, user: node.label)
  }

  /// Cuts a constant of one element for each channel, or one for all, along an axis of its value.
  ///
  /// Other inputs pin the channels.
  mutating func cutParameter(_ node: Node, _ slot: Int, _ axis: Int, _ channels: [Int]) {
    guard node.inputs.indices.contains(slot), !node.inputs[slot].isEmpty else { return }
    guard let constant = constants[node.inputs[slot]], constant.sizes.indices.contains(axis) else {
      classes.pin(channels, "'\(node.label)' (\(node.operation.type)) needs them")
      pin([node.inputs[slot]], "'\(node.label)' (\(node.operation.type)) needs them")
      return
    }
    cut(node, slot, [axis: channels])
  }

  /// The filters of a layer whose matrix is input `slot`, and notes what its matrix reads.
  ///
  /// Nodes that share a matrix share its filters.
  mutating func filters(
    _ node: Node, _ slot: Int, rowAxis: Int, columnAxis: Int?, reading: [Int]?,
    channels given: [Int]? = nil
  ) -> [Int]? {
    guard let constant = constants[node.inputs[slot]], let row = constant.axes[rowAxis] else {
      return nil
    }
    let column = columnAxis.flatMap { constant.axes[$0] }
    let count = constant.sizes[rowAxis]
    var rows = given ?? []
    if let known = layerOfWeight[constant.weight] {
      let shared = layers[known]
      guard shared.rowAxis == row, shared.columnAxis == column else {
        classes.pin(shared.channels, "'\(node.label)' uses the same weight otherwise")
        return nil
      }
      if given == nil { rows = shared.channels } else { classes.join(rows, shared.channels) }
    } else {
      if given == nil { rows = classes.make(count) }
      layerOfWeight[constant.weight] = layers.count
      layers.append(
        FilterLayer(
          weight: constant.weight, name: node.label, rowAxis: row, columnAxis: column,
          channels: rows, follows: given != nil, depth: .max))
    }
    if let output = node.outputs.first { layerOfValue[output] = layerOfWeight[constant.weight] }
    var axes = [rowAxis: rows]
    if let columnAxis, let reading { axes[columnAxis] = reading }
    cut(node, slot, axes)
    return rows
  }

  /// Notes that the scales of the layer that makes a value are input `slot`.
  mutating func normalize(_ value: String, by node: Node, _ slot: Int) {
    guard let layer = layerOfValue[value], let scales = constants[node.inputs[slot]] else { return }
    layers[layer].normalization = scales.weight
  }

  /// Joins what all uses of a constant say; uses that do not agree on its axes pin its channels.
  private mutating func note(_ id: WeightID, _ channels: [Int: [Int]], user: String) {
    guard let known = cuts[id] else {
      cuts[id] = channels
      return
    }
    for (axis, ids) in known {
      if let other = channels[axis] {
        classes.join(ids, other)
      } else {
        classes.pin(ids, "'\(user)' uses the same constant otherwise")
      }
    }
    for (axis, ids) in channels where known[axis] == nil {
      classes.pin(ids, "'\(user)' uses the same constant otherwise")
    }
  }
}
