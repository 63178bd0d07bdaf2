internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The state of planning: what each name is bound to, the steps so far, the nodes in the way.
struct PlanBuilder {
  private(set) var inputs: [Plan.Input] = []
  /// The inputs that are no tensors, by name.
  private(set) var otherInputs: [String: OtherInput] = [:]
  /// The outputs that are such inputs under another name.
  private(set) var passedOutputs: [String: OtherInput] = [:]
  private(set) var values: [String: Plan.Source] = [:]
  private(set) var steps: [Plan.Step] = []
  var context: PlanningContext
  private var layouts: [Layout] = []
  /// For each value and layout, the same value in that layout.
  private var converted: [LayoutKey: Int] = [:]
  private var unsupported: [UnsupportedNode] = []
  /// Names of values that are other names of earlier ones.
  var aliases: [String: String] = [:]
  let outputs: [String]

  /// An input that the engine can only hand through.
  struct OtherInput: Sendable {
    let name: String
    let type: ValueType
  }

  private struct LayoutKey: Hashable {
    let slot: Int
    let layout: Layout
  }

  /// How many values there are.
  var slotCount: Int { layouts.count }

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
    guard case .tensor(let type, let dimensions) = input.type ?? .tensor(.float32, nil) else {
      context.bindings[input.name] = .unusable("an input that is no tensor")
      otherInputs[input.name] = input.type.map { OtherInput(name: input.name, type: $0) }
      return
    }
    let elementType = type ?? .float32
    if elementType.byteWidth == nil, elementType != .string {
      context.bindings[input.name] = .unusable("an input of type \(elementType.name)")
      return
    }
    let slot = makeSlot(input.name, .plain)
    inputs.append(
      Plan.Input(name: input.name, elementType: elementType, dimensions: dimensions, slot: slot))
  }

  /// A new value; without a name nobody can ask for it.
  private mutating func makeSlot(_ name: String, _ layout: Layout) -> Int {
    let slot = layouts.count
    layouts.append(layout)
    if !name.isEmpty {
      context.bindings[name] = .slot(slot)
      values[name] = .slot(slot)
    }
    return slot
  }

  /// Plans one node with what is fused into it.
  ///
  /// Nodes that can't be planned are collected for `finish`.
  mutating func add(_ unit: PlannedUnit) throws(EngineError) {
    let node = unit.node
    do {
      try plan(unit)
    } catch {
      for name in unit.nodes.flatMap(\.outputs) where !name.isEmpty { _ = makeSlot(name, .plain) }
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

  private mutating func plan(_ unit: PlannedUnit) throws(PlanningProblem) {
    let planned = try context.planned(unit)
    if let missing = planned.family.missing(
      for: planned.operands.map { context.elementType(of: $0) })
    {
      throw .unsupported(missing)
    }
    let sources = try planned.operands.map { (name) throws(PlanningProblem) in try source(name) }
    addStep(unit, planned.family, sources, hasOneRank: context.haveOneRank(planned.operands))
  }

  /// Adds a step whose operands have the layouts that its family takes.
  ///
  /// Operands can only keep theirs if they are known to have one rank: with channels last, an axis
  /// in front is not in front of all others.
  private mutating func addStep(
    _ unit: PlannedUnit, _ family: any StepFamily, _ sources: [Plan.Source], hasOneRank: Bool
  ) {
    var sources = sources
    var layout = Layout.plain
    var wanted = [Layout](repeating: .plain, count: sources.count)
    switch family.layouts {
    case .plain: break
    case .channelsLast(let places):
      layout = .channelsLast
      for place in places where place < wanted.count { wanted[place] = .channelsLast }
    case .following:
      let found = sources.compactMap { source -> Layout? in
        if case .slot(let slot) = source { layouts[slot] } else { nil }
      }
      let fits = sources.allSatisfy { source in
        guard case .constant(let constant) = source else { return true }
        return constant.shape.dimensions.count { $0 != 1 } <= 1
      }
      if fits, hasOneRank, !found.isEmpty, found.allSatisfy({ $0 == .channelsLast }) {
        layout = .channelsLast
        wanted = [Layout](repeating: .channelsLast, count: sources.count)
      }
    }
    for (place, layout) in wanted.enumerated() {
      sources[place] = laidOut(sources[place], layout, for: unit.node)
    }
    steps.append(
      Plan.Step(
        label: unit.node.label, operation: unit.node.operation.type, family: family,
        inputs: sources, outputs: unit.outputs.map { makeSlot($0, layout) }))
  }

  /// The same operand in a layout, after a step that converts it if need be.
  private mutating func laidOut(
    _ source: Plan.Source, _ layout: Layout, for node: Node
  ) -> Plan.Source {
    guard case .slot(let slot) = source, layouts[slot] != layout else { return source }
    let key = LayoutKey(slot: slot, layout: layout)
    if let known = converted[key] { return .slot(known) }
    let target = makeSlot("", layout)
    steps.append(
      Plan.Step(
        label: node.label + " (layout)", operation: "Layout", family: LayoutFamily(layout: layout),
        inputs: [source], outputs: [target]))
    converted[key] = target
    return .slot(target)
  }

  mutating func source(_ name: String) throws(PlanningProblem) -> Plan.Source {
    if name.isEmpty { return .absent }
    switch context.bindings[name] {
    case .slot(let slot): return .slot(slot)
    case .weight(let id): return .constant(try context.loadedConstant(id))
    case .constant(let constant): return .constant(constant)
    case .unusable(let reason): throw .unsupported(reason)
    case nil: throw .unsupported("an undefined input")
    }
  }

  /// Binds the graph's outputs, and throws if any node could not be planned.
  mutating func finish(total: Int) throws(EngineError) {
    for (name, target) in aliases { values[name] = values[target] }
    for name in outputs where values[name] == nil {
      if let other = otherInputs[aliases[name] ?? name] {
        passedOutputs[name] = other
        continue
      }
      do {
        values[name] = try source(aliases[name] ?? name)
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
