internal import PressGraph
internal import PressKernels
internal import PressTensor

extension PlanBuilder {
  /// The nodes that have to run, in order, each with what is fused into it.
  ///
  /// What is constant is bound before.
  mutating func units(of nodes: [Node]) throws(EngineError) -> [PlannedUnit] {
    var open: [Node] = []
    for node in nodes {
      var node = node
      node.inputs = node.inputs.map { aliases[$0] ?? $0 }
      node = try withBytes(node)
      if context.isDequantizedConstant(node) {
        open.append(node)
      } else if try !bind(node) {
        open.append(node)
      }
    }
    guard context.options.fuses else { return open.map { PlannedUnit(node: $0) } }
    var list = NodeList(open, kept: Set(outputs.map { aliases[$0] ?? $0 }), context)
    list.groupIntegers()
    // Constants that are still to be dequantized, and what is made of them.
    for place in list.indices {
      if let node = list[place], list.groups[place] == nil, try isFolded(node) {
        list.remove(place)
      }
    }
    list.context = context
    list.applyPatterns()
    return list.units()
  }

  /// Binds what a node makes, if that is a constant or one of its inputs; whether it is.
  private mutating func bind(_ node: Node) throws(EngineError) -> Bool {
    if case .constant(let id, _) = node.operation {
      if let name = node.outputs.first { context.bindings[name] = .weight(id) }
      return true
    }
    if PlanningContext.isPassedThrough(node), let input = node.inputs.first, !input.isEmpty,
      let output = node.outputs.first,
      otherInputs[input] == nil || node.operation == .unary(.identity)
    {
      aliases[output] = input
      return true
    }
    return try isFolded(node)
  }

  /// Works out what a node makes, where that is a constant; whether it is.
  private mutating func isFolded(_ node: Node) throws(EngineError) -> Bool {
    do {
      return try fold(PlannedUnit(node: node))
    } catch {
      if let fatal = fatal(error) { throw fatal }
      return false
    }
  }

  /// The error of a problem that ends planning at once; `nil` for those that are said when the node
  /// itself is planned.
  func fatal(_ problem: PlanningProblem) -> EngineError? {
    switch problem {
    case .weight(let name, let underlying): .weight(name: name, underlying)
    case .memory(let needed):
      .memoryLimit(needed: needed, limit: context.options.limits.maximumBytes)
    case .unsupported, .mismatch: nil
    }
  }

  /// Works a node out at once where all its operands are constants; whether it did.
  private mutating func fold(_ unit: PlannedUnit) throws(PlanningProblem) -> Bool {
    guard !unit.node.inputs.isEmpty,
      unit.node.inputs.allSatisfy({ $0.isEmpty || context.isConstant($0) })
    else { return false }
    let planned = try context.planned(unit)
    var inputs: [StepInput] = []
    for name in planned.operands {
      switch try source(name) {
      case .slot: return false
      case .constant(let constant): inputs.append(StepInput(constant.form, known: constant))
      case .absent: inputs.append(.absent)
      }
    }
    let results: [Constant]?
    do {
      results = try evaluated(planned.family, inputs, limit: context.foldedLimit)
    } catch {
      throw PlanningProblem(error)
    }
    // What spans more than is allowed is refused when it is scheduled.
    let limit = context.options.limits.maximumBytes
    guard let results, results.allSatisfy({ $0.form.spannedBytes ?? .max <= limit }) else {
      return false
    }
    for (name, constant) in zip(unit.node.outputs, results) where !name.isEmpty {
      try context.reserve(constant.bytes.count, elementBytes: 1)
      context.bindings[name] = .constant(constant)
    }
    return true
  }
}

extension PlanningContext {
  /// Whether a node makes numbers of constant integers, which a layer may take as they are.
  fileprivate func isDequantizedConstant(_ node: Node) -> Bool {
    guard options.fuses, case .dequantize = node.operation else { return false }
    return node.inputs.allSatisfy { $0.isEmpty || isConstant($0) }
  }
}
