import PressTensor

/// Follows every constant of a model to the nodes that use it.
struct UseFinder {
  /// The uses found so far.
  private(set) var uses: [WeightID: FoundUse] = [:]
  /// The places of those uses, in order.
  private(set) var sites: [WeightID: [WeightSite]] = [:]
  /// The values that are constants, of the outermost graph visited last.
  private var outermost: [String: Operand] = [:]
  private let weights: [WeightID: Weight]
  private let functions: [FunctionName: Function]
  private var active: Set<FunctionName> = []
  /// How many more nodes of function bodies may be looked at, since calls can multiply.
  private var budget = 1_000_000

  init(_ model: Model) {
    weights = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
    functions = Dictionary(model.functions.map { (FunctionName($0), $0) }) { first, _ in first }
  }

  /// Follows the constants of a graph and of those nested in it; `outer` holds the values around
  /// it.
  ///
  /// Returns the graph's outputs that are constants.
  @discardableResult
  mutating func visit(_ graph: Graph, outer: [[String: Operand]] = []) -> [Operand?] {
    var operands: [String: Operand] = [:]
    bind(graph, in: &operands)
    let producers = graph.producers
    let order = (try? graph.order()) ?? Array(graph.nodes.indices)
    for index in order {
      let node = graph.nodes[index]
      let inputs = node.inputs.map { name in
        name.isEmpty ? nil : operands[name] ?? outer.last { $0[name] != nil }?[name]
      }
      for id in node.operation.weights { note(id, node, operands: &operands) }
      if let first = inputs.first ?? nil, let output = node.outputs.first,
        let next = first.handedOn(by: node.operation, target: target(inputs))
      {
        operands[output] = next
        uses[next.weight]?.add(names: [output, node.label])
        use(inputs[1...], by: node, graph, producers)
        continue
      }
      if let results = call(node, inputs) {
        for (output, operand) in zip(node.outputs, results) { operands[output] = operand }
        continue
      }
      use(inputs[...], by: node, graph, producers)
      for (slot, operand) in inputs.enumerated() {
        guard let operand else { continue }
        sites[operand.weight, default: []].append(
          WeightSite(node, slot: slot, operand: operand, isOutermost: outer.isEmpty))
      }
      for nested in node.operation.graphs { visit(nested, outer: outer + [operands]) }
    }
    if outer.isEmpty { outermost = operands }
    return graph.outputs.map { operands[$0.name] }
  }

  /// The constants behind the values of a model's graph, directly or handed on.
  static func operands(of graph: Graph, in model: Model) -> [String: WeightID] {
    var finder = UseFinder(model)
    finder.visit(graph)
    return finder.outermost.mapValues(\.weight)
  }

  private mutating func bind(_ graph: Graph, in operands: inout [String: Operand]) {
    for constant in graph.constants {
      guard let weight = weights[constant.weight] else { continue }
      operands[constant.name] = Operand(weight)
      uses[weight.id, default: FoundUse(weight)].add(names: [constant.name])
    }
    for sparse in graph.sparseConstants {
      for id in [sparse.values, sparse.indices] {
        guard let weight = weights[id] else { continue }
        uses[id, default: FoundUse(weight)].add(names: [sparse.name])
      }
    }
  }

  /// A weight that a node holds: a Constant's, which it hands on, or another operator's own.
  private mutating func note(_ id: WeightID, _ node: Node, operands: inout [String: Operand]) {
    guard let weight = weights[id] else { return }
    uses[id, default: FoundUse(weight)].add(names: [node.label])
    if case .constant = node.operation, let output = node.outputs.first {
      operands[output] = Operand(weight)
      uses[id]?.add(names: [output])
    } else {
      uses[id]?.add(user: node.label, role: .other, view: nil)
    }
  }

  private mutating func use(
    _ inputs: ArraySlice<Operand?>, by node: Node, _ graph: Graph, _ producers: [String: Int]
  ) {
    for (slot, operand) in zip(inputs.indices, inputs) {
      guard let operand else { continue }
      let (role, view) = operand.role(
        in: node.operation, slot: slot,
        isAddedToProduct: node.adds(to: slot, graph, producers))
      uses[operand.weight]?.add(user: node.label, role: role, view: view)
    }
  }

  private func target(_ inputs: [Operand?]) -> [Int]? {
    guard inputs.count > 1, let operand = inputs[1] else { return nil }
    return weights[operand.weight]?.integers(limit: 64)
  }

  /// Follows constants into the function that a node calls; `nil` if it calls none.
  private mutating func call(_ node: Node, _ inputs: [Operand?]) -> [Operand?]? {
    guard case .opaque(let record) = node.operation else { return nil }
    let name = FunctionName(record)
    guard let function = functions[name], !active.contains(name), active.count < 64,
      budget >= function.body.nodes.count
    else { return nil }
    budget -= function.body.nodes.count + 1
    var arguments: [String: Operand] = [:]
    for (input, operand) in zip(function.body.inputs, inputs) { arguments[input.name] = operand }
    active.insert(name)
    defer { active.remove(name) }
    return visit(function.body, outer: [arguments])
  }
}

/// What tells functions apart.
private struct FunctionName: Hashable {
  let domain: String
  let name: String
  let overload: String

  init(_ function: Function) {
    domain = function.domain
    name = function.name
    overload = function.overload
  }

  init(_ record: OperationRecord) {
    domain = record.domain
    name = record.type
    overload = record.overload
  }
}

/// The uses of one constant, while they are being found.
struct FoundUse {
  private(set) var use: WeightUse
  private var seenUsers: Set<String> = []
  private var seenNames: Set<String> = []
  private var hasRole = false

  init(_ weight: Weight) {
    use = WeightUse(role: .other, users: [], names: [], view: MatrixView(weight.shape))
    add(names: [weight.name])
  }

  mutating func add(names: [String]) {
    for name in names where !name.isEmpty && seenNames.insert(name).inserted {
      use.names.append(name)
    }
  }

  mutating func add(user: String, role: Role, view: MatrixView?) {
    add(names: [user])
    if seenUsers.insert(user).inserted { use.users.append(user) }
    guard !hasRole || role.rank < use.role.rank else { return }
    hasRole = true
    use.role = role
    if let view { use.view = view }
  }
}

extension Node {
  /// Whether the node is the Add that puts its input `slot` on top of a layer's product.
  fileprivate func adds(to slot: Int, _ graph: Graph, _ producers: [String: Int]) -> Bool {
    guard case .binary(.add) = operation, inputs.count == 2,
      let producer = producers[inputs[1 - slot]]
    else { return false }
    switch graph.nodes[producer].operation {
    case .convolution, .convolutionTranspose, .gemm, .matrixProduct: return true
    default: return false
    }
  }
}
