internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The state of planning: what each name is bound to, the steps so far, the nodes in the way.
struct PlanBuilder {
  private(set) var inputs: [Plan.Input] = []
  private(set) var values: [String: Plan.Source] = [:]
  private(set) var steps: [Plan.Step] = []
  private(set) var slotCount = 0
  private var context: PlanningContext
  private var unsupported: [UnsupportedNode] = []
  private let outputs: [String]

  init(_ model: Model, _ graph: Graph, options: PlanOptions) {
    context = PlanningContext(model, options: options)
    outputs = graph.outputs.map(\.name)
    for binding in graph.constants { context.bindings[binding.name] = .weight(binding.weight) }
    for sparse in graph.sparseConstants {
      context.bindings[sparse.name] = .unusable("a sparse initializer")
    }
    for input in graph.requiredInputs { addInput(input) }
  }

  private mutating func addInput(_ input: ValueInfo) {
    var dimensions: [Dimension]?
    switch input.type {
    case .tensor(let type, let declared):
      if let type, type != .float32 {
        context.bindings[input.name] = .unusable("an input of type \(type.name)")
        return
      }
      dimensions = declared
    case nil: break
    default:
      context.bindings[input.name] = .unusable("an input that is no tensor")
      return
    }
    let slot = makeSlot(input.name)
    inputs.append(Plan.Input(name: input.name, dimensions: dimensions, slot: slot))
  }

  private mutating func makeSlot(_ name: String) -> Int {
    let slot = slotCount
    slotCount += 1
    context.bindings[name] = .slot(slot)
    values[name] = .slot(slot)
    return slot
  }

  /// Plans one node.
  ///
  /// Nodes that can't be planned are collected for `finish`.
  mutating func add(_ node: Node) throws(EngineError) {
    do {
      try plan(node)
    } catch {
      for name in node.outputs where !name.isEmpty { _ = makeSlot(name) }
      switch error {
      case .unsupported(let missing):
        unsupported.append(
          UnsupportedNode(
            label: node.label, operation: node.operation.type, missing: missing))
      case .mismatch(let expected, let found):
        throw .mismatch(
          node: node.label, operation: node.operation.type, expected: expected, found: found)
      case .weight(let name, let underlying): throw .weight(name: name, underlying)
      case .memory(let needed):
        throw .memoryLimit(needed: needed, limit: context.options.limits.maximumBytes)
      }
    }
  }

  private mutating func plan(_ node: Node) throws(PlanningProblem) {
    if case .constant(let id, _) = node.operation {
      if let name = node.outputs.first { context.bindings[name] = .weight(id) }
      return
    }
    guard let output = node.outputs.first, !output.isEmpty else {
      throw .unsupported("no first output")
    }
    guard node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw .unsupported("more than one output")
    }
    if PlanningContext.isPassedThrough(node), let input = node.inputs.first {
      context.bindings[output] = context.bindings[input]
      values[output] = values[input]
      return
    }
    let planned = try context.planned(node)
    var sources: [Plan.Source] = []
    for index in planned.operands { sources.append(try source(node, index)) }
    steps.append(
      Plan.Step(
        label: node.label, operation: node.operation.type, family: planned.family,
        inputs: sources, outputs: [makeSlot(output)]))
  }

  private mutating func source(
    _ node: Node, _ index: Int
  ) throws(PlanningProblem) -> Plan.Source {
    guard index < node.inputs.count, !node.inputs[index].isEmpty else {
      throw .mismatch(expected: "input \(index)", found: "none")
    }
    switch context.bindings[node.inputs[index]] {
    case .slot(let slot): return .slot(slot)
    case .weight(let id): return try constant(id)
    case .unusable(let reason): throw .unsupported(reason)
    case nil: throw .unsupported("an undefined input")
    }
  }

  private mutating func constant(_ id: WeightID) throws(PlanningProblem) -> Plan.Source {
    guard let weight = context.weights[id] else { throw .unsupported("a missing weight") }
    return .constant(try context.elements(of: weight), weight.shape)
  }

  /// Binds the graph's outputs, and throws if any node could not be planned.
  mutating func finish(total: Int) throws(EngineError) {
    for name in outputs where values[name] == nil {
      let node = Node(
        name: name, inputs: [name], outputs: [], operation: .unary(.identity))
      do {
        values[name] = try source(node, 0)
      } catch {
        guard case .unsupported(let missing) = error else {
          throw .graph(.undefinedValue(name, user: "the graph's outputs"))
        }
        unsupported.append(UnsupportedNode(label: name, operation: "output", missing: missing))
      }
    }
    guard unsupported.isEmpty else { throw .unsupported(unsupported, total: total) }
  }
}
