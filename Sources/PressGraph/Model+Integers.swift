package import PressTensor

extension Model {
  /// The model with weights of affine or fixed-point codes as integers behind DequantizeLinear nodes,
  /// where ONNX can say so under a version of its operators; what is computed is the same.
  ///
  /// Only the graph itself is looked at, not those inside it.
  ///
  /// - Parameter isChosen: says of a constant, by its name and its values, whether it is wanted so.
  /// - Returns: the model, and the values that such nodes make now.
  package func withIntegers(
    opset: Int, where isChosen: (String, Values) -> Bool
  ) throws -> (model: Model, values: Set<String>) {
    guard var graph, weights.contains(where: { $0.integerBits != nil }) else { return (self, []) }
    var rewriter = IntegerRewriter(self, graph, opset: opset)
    var (nodes, made): ([Node], Set<String>) = ([], [])
    var constants: [ConstantBinding] = []
    for binding in graph.constants {
      if let values = rewriter.values(binding.weight), isChosen(binding.name, values),
        !rewriter.isDefault(binding.name),
        let node = try rewriter.node(making: binding.name, from: binding.weight)
      {
        nodes.append(node)
      } else {
        constants.append(binding)
      }
    }
    for place in graph.nodes.indices {
      let node = graph.nodes[place]
      guard case .constant(let id, .constant) = node.operation, let output = node.outputs.first,
        let values = rewriter.values(id), isChosen(output, values),
        let replacement = try rewriter.node(making: output, from: id)
      else { continue }
      graph.nodes[place] = replacement
      made.insert(output)
    }
    graph.nodes = nodes + graph.nodes
    graph.constants = constants + rewriter.constants
    // In files of the oldest format every constant is listed as an input.
    made.formUnion(nodes.flatMap(\.outputs))
    graph.inputs.removeAll { made.contains($0.name) }
    var model = self
    model.graph = graph
    model.weights += rewriter.weights
    let used = Set(model.weightsInUse)
    model.weights.removeAll { rewriter.replaced.contains($0.id) && !used.contains($0.id) }
    return (model, made)
  }

  /// The version of ONNX's operators that saying all weights of affine codes as integers takes; `nil`
  /// where there are none.
  package var opsetOfIntegers: Int? {
    weights.filter(\.values.isAffine).compactMap { IntegerForm($0, opset: opset())?.opset }.max()
  }
}

extension Values {
  /// Whether they are affine codes.
  package var isAffine: Bool {
    if case .affine = self { true } else { false }
  }
}

/// Makes DequantizeLinear nodes and the constants that they take, one set for each weight.
private struct IntegerRewriter {
  private(set) var constants: [ConstantBinding] = []
  private(set) var weights: [Weight] = []
  private(set) var replaced: Set<WeightID> = []
  private let originals: [WeightID: Weight]
  private let opset: Int
  private let defaults: Set<String>
  private var inputs: [WeightID: (names: [String], form: IntegerForm)] = [:]
  private var names: Set<String>
  private var nextID: UInt32

  init(_ model: Model, _ graph: Graph, opset: Int) {
    self.opset = opset
    originals = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
    defaults = model.metadata.irVersion < 4 ? [] : Set(graph.inputs.map(\.name))
    names = graph.definedValues
    for nested in graph.nestedGraphs { names.formUnion(nested.definedValues) }
    nextID = model.unusedWeightID().number
  }

  /// How a weight's values are held.
  func values(_ id: WeightID) -> Values? { originals[id]?.values }

  /// Whether a constant only fills an input that callers may give.
  func isDefault(_ name: String) -> Bool { defaults.contains(name) }

  /// The node that makes a value from a weight's integers; `nil` where that can't be said.
  mutating func node(making name: String, from id: WeightID) throws -> Node? {
    guard let (names, form) = try inputs(id) else { return nil }
    var attributes = DequantizeLinear(opset: opset)
    if let axis = form.axis { attributes.axis = axis }
    attributes.blockSize = form.block
    return Node(inputs: names, outputs: [name], operation: .dequantize(attributes))
  }

  private mutating func inputs(_ id: WeightID) throws -> (names: [String], form: IntegerForm)? {
    if let found = inputs[id] { return found }
    guard let weight = originals[id], let form = IntegerForm(weight, opset: opset),
      form.opset <= opset
    else { return nil }
    let (scales, zeros) = try form.parameters()
    var names = [
      add(weight, "quantized", form.type, weight.shape, IntegerSource(form: form)),
      add(
        weight, "scale", .float32, form.scaleShape, LoadedWeight(WeightContents(values: scales))),
    ]
    if let zeros {
      let source = LoadedWeight(WeightContents(values: zeros))
      names.append(add(weight, "zero_point", form.type, form.scaleShape, source))
    }
    inputs[id] = (names, form)
    replaced.insert(id)
    return inputs[id]
  }

  private mutating func add(
    _ original: Weight, _ suffix: String, _ type: ElementType, _ shape: Shape,
    _ source: any WeightSource
  ) -> String {
    var name = "\(original.name)_\(suffix)"
    while !names.insert(name).inserted { name += "_" }
    let weight = Weight(
      id: WeightID(nextID), name: name, elementType: type, shape: shape, source: source)
    nextID += 1
    weights.append(weight)
    constants.append(ConstantBinding(name: name, weight: weight.id))
    return name
  }
}
