import PressGraph
import PressTensor

/// A small model and what to run it on, made by chance.
struct Scene {
  var choices: Choices
  /// The dimensions and the type that most operands have, so that many of them go together.
  let dimensions: [Int]
  let elementType: ElementType
  let opset: Int
  let group: Int
  let hiddenSize: Int
  private(set) var graph = Graph(name: "fuzz")
  private(set) var weights: [Weight] = []
  private(set) var tensors: [String: Tensor] = [:]
  /// Values that nodes have made.
  private var made: [String] = []
  /// Whether no number in the model is out of the ordinary.
  private(set) var isTame = true

  init(_ bytes: [UInt8]) {
    choices = Choices(bytes)
    let types: [ElementType] = [.float32, .float32, .float32, .float32, .float16, .int64, .uint8]
    elementType = choices.rarely(4) ? choices.pick(ElementType.allCases) : choices.pick(types)
    dimensions = Scene.dimensions(&choices)
    opset = choices.pick([7, 10, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24])
    group = choices.pick([1, 1, 1, 2, 3])
    hiddenSize = choices.within(1...5)
    for _ in 0..<choices.within(1...4) {
      if choices.rarely(5) { addMotif() } else { addNode() }
    }
    for name in made where name == made.last || choices.rarely(3) {
      graph.outputs.append(ValueInfo(name: name))
    }
  }

  var model: Model {
    Model(
      graph: graph, weights: weights,
      metadata: ModelMetadata(opsets: [Opset(domain: "", version: opset)]))
  }

  /// The operators of the model.
  var operators: Set<String> { Set(graph.nodes.map(\.operation.type)) }

  /// A shape of up to five axes whose elements are few.
  private static func dimensions(_ choices: inout Choices) -> [Int] {
    let rank = choices.pick([0, 1, 2, 2, 3, 3, 4, 4, 4, 5])
    var dimensions = choices.list(rank) { $0.pick([1, 2, 3, 4, 6, 17, 2, 3]) }
    if choices.rarely(12), rank > 0 {
      dimensions[choices.below(rank)] = 0
      if choices.rarely(2) { dimensions[choices.below(rank)] = choices.pick([1 << 40, 1 << 62]) }
    }
    while !dimensions.contains(0), dimensions.reduce(1, { $0 &* $1 }) > 20_000 {
      dimensions[dimensions.firstIndex(of: dimensions.max() ?? 0) ?? 0] = 2
    }
    return dimensions
  }

  private mutating func addNode() {
    let number = graph.nodes.count
    let recipe = choices.pick(Recipe.all.filter { $0.opsets.contains(opset) })
    var inputs: [String] = []
    for input in recipe.inputs {
      let count = input.isRepeated ? choices.within(1...3) : 1
      for _ in 0..<count {
        inputs.append(input.isOptional && choices.rarely(2) ? "" : operand(input.role))
      }
    }
    while inputs.last == "" { inputs.removeLast() }
    if choices.rarely(40) { inputs = Array(inputs.dropLast()) }
    if choices.rarely(40), !inputs.isEmpty { inputs[choices.below(inputs.count)] = "" }
    let outputs = (0..<choices.within(recipe.outputs)).map { "v\(number).\($0)" }
    let attributes = recipe.attributes.compactMap { attribute($0) }
    append(recipe.type, inputs, outputs, attributes)
  }

  /// Adds a node, whose outputs later ones may take if it offers them.
  mutating func append(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute],
    offers: Bool = true
  ) {
    graph.nodes.append(
      Node(
        name: "", inputs: inputs, outputs: outputs,
        operation: Operation(OperationRecord(type: type, attributes: attributes), opset: opset)))
    if offers { made += outputs }
  }

  private mutating func attribute(_ word: String) -> Attribute? {
    let name = word.filter { $0 != "!" }
    guard word.hasSuffix("!") || choices.rarely(2) else { return nil }
    return Attribute(Scene.fileNames[name] ?? name, attributeValue(name))
  }

  /// What files call the attributes that have a name of their own here.
  private static let fileNames = [
    "wide_kernel": "kernel_shape", "wide_pads": "pads", "tensor": "value",
  ]

  /// A constant of one element that no node has as an input.
  mutating func addWeight(_ type: ElementType, _ element: [UInt8]) -> WeightID? {
    let id = WeightID(UInt32(weights.count + 1))
    guard
      let weight = try? Weight(
        id: id, name: "w\(weights.count)", elementType: type, shape: Shape(vectorOf: 1),
        dense: Storage(element))
    else { return nil }
    weights.append(weight)
    return id
  }

  /// The name of a value for a role: one that a node made, a constant, or an input of the run.
  mutating func operand(_ role: String) -> String {
    if ["x", "y", "b"].contains(role), !made.isEmpty, choices.below(8) < 5 {
      return choices.rarely(4) ? choices.pick(made) : made[made.count - 1]
    }
    var (type, shape, values) = contents(role)
    if choices.rarely(60) {
      isTame = false
      (type, shape) = (choices.pick(ElementType.allCases), Scene.dimensions(&choices))
    }
    if turnsHostile(80), !shape.isEmpty { shape[choices.below(shape.count)] = choices.hostile() }
    guard let shape = try? Shape(shape) else { return "" }
    guard shape.count <= 1 << 16 else { return uniform(type, shape) }
    let bytes = encoded(values, type, count: shape.count)
    let isConstant = choices.rarely(2) || role.count > 1 && !choices.rarely(4)
    return isConstant ? constant(type, shape, bytes) : input(type, shape, bytes)
  }

  private mutating func input(_ type: ElementType, _ shape: Shape, _ bytes: [UInt8]) -> String {
    let name = "x\(tensors.count)"
    tensors[name] = try? Tensor(elementType: type, shape: shape, storage: Storage(bytes))
    var dimensions: [Dimension]? = shape.dimensions.map {
      // A name may stand for several sizes, although it should not.
      choices.rarely(2) ? .known($0) : choices.rarely(2) ? .named("n") : .unknown
    }
    if choices.rarely(6) { dimensions = nil }
    graph.inputs.append(ValueInfo(name: name, type: .tensor(type, dimensions)))
    return name
  }

  mutating func constant(_ type: ElementType, _ shape: Shape, _ bytes: [UInt8]) -> String {
    let name = "w\(weights.count)"
    let id = WeightID(UInt32(weights.count + 1))
    var weight = try? Weight(
      id: id, name: name, elementType: type, shape: shape, dense: Storage(bytes))
    if type == .float32, choices.rarely(3) {
      weight = sparse(id, name, shape, bytes)
    } else if let width = type.byteWidth, shape.count > 0, choices.rarely(10) {
      weight = try? Weight(
        id: id, name: name, elementType: type, shape: shape, repeating: Array(bytes[..<width]))
    }
    return weight.map { bind($0) } ?? ""
  }

  /// A constant of equal elements, of which there may be any number.
  private mutating func uniform(_ type: ElementType, _ shape: Shape) -> String {
    let element = encoded(.small, type, count: 1)
    let id = WeightID(UInt32(weights.count + 1))
    guard
      let weight = try? Weight(
        id: id, name: "w\(weights.count)", elementType: type, shape: shape, repeating: element)
    else { return "" }
    return bind(weight)
  }

  private mutating func bind(_ weight: Weight) -> String {
    weights.append(weight)
    graph.constants.append(ConstantBinding(name: weight.name, weight: weight.id))
    return weight.name
  }

  /// The weight without most of its elements.
  private mutating func sparse(
    _ id: WeightID, _ name: String, _ shape: Shape, _ bytes: [UInt8]
  ) -> Weight {
    var mask = [UInt8](repeating: 0, count: (shape.count + 7) / 8)
    var values: [UInt8] = []
    let odds = choices.pick([1, 2, 5, 9])
    for index in 0..<shape.count where choices.rarely(odds) {
      mask[index / 8] |= 1 << UInt8(index % 8)
      values += bytes[(4 * index)..<(4 * index + 4)]
    }
    return Weight(
      id: id, name: name, elementType: .float32, shape: shape, support: .unstructured,
      source: LoadedWeight(WeightContents(mask: Storage(mask), values: Storage(values))))
  }

  /// Whether the next number is to be a hostile one, which is then on record.
  mutating func turnsHostile(_ odds: Int) -> Bool {
    let isHostile = choices.rarely(odds)
    if isHostile { isTame = false }
    return isHostile
  }
}
