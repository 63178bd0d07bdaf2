internal import PressGraph
internal import PressKernels
internal import PressTensor

/// What a node's inputs are known to be while a plan is made.
enum Binding: Sendable {
  /// A value of each run, by its number.
  case slot(Int)
  /// A constant of the model.
  case weight(WeightID)
  /// What nodes make of constants.
  case constant(Constant)
  /// Something that the engine can't hold, and what it is.
  case unusable(String)
}

/// Why a node can't become a step.
enum PlanningProblem: Error {
  case unsupported(String)
  case mismatch(expected: String, found: String)
  case weight(String, any Error)
  case memory(needed: Int?)
}

/// What families ask while they are made: the model's constants, and the memory that is left.
struct PlanningContext {
  let options: PlanOptions
  let weights: [WeightID: Weight]
  /// What inference says of values; nothing of those that fusion renamed.
  let shapes: InferredShapes?
  /// The elements of all floating-point constants.
  let floatCount: Int
  var bindings: [String: Binding] = [:]
  private var usedBytes = 0
  /// Constants that are operands of steps, each held once.
  private var loaded: [WeightID: Constant] = [:]

  init(_ model: Model, options: PlanOptions) {
    self.options = options
    weights = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
    floatCount = model.weights.lazy.filter(\.elementType.isFloatingPoint).reduce(0) {
      $0 &+ $1.shape.count
    }
    // A graph that contradicts itself shows when it is scheduled.
    shapes = try? model.inferShapes()
  }

  /// Whether a node has an input at a place.
  func hasInput(_ node: Node, _ index: Int) -> Bool {
    index < node.inputs.count && !node.inputs[index].isEmpty
  }

  /// Whether a node's input is a constant.
  func isConstant(_ node: Node, _ index: Int) -> Bool {
    hasInput(node, index) && isConstant(node.inputs[index])
  }

  /// Whether a value is a constant.
  func isConstant(_ name: String) -> Bool {
    switch bindings[name] {
    case .weight, .constant: true
    default: false
    }
  }

  /// The constant that a node's input is; `nil` if the input is left out.
  func weight(_ node: Node, _ index: Int, _ what: String) throws(PlanningProblem) -> Weight? {
    guard hasInput(node, index) else { return nil }
    switch bindings[node.inputs[index]] {
    case .weight(let id):
      guard let weight = weights[id] else { return nil }
      try checkSpan(weight)
      return weight
    case .constant(let constant):
      do {
        return try Weight(
          id: WeightID(0), name: node.inputs[index], elementType: constant.elementType,
          shape: constant.shape, dense: Storage(constant.bytes.array()))
      } catch {
        throw .weight(node.inputs[index], error)
      }
    case .unusable(let reason): throw .unsupported(reason)
    case .slot, nil: throw .unsupported("\(what) that is not constant")
    }
  }

  /// The constant that a node's input is and must be.
  func requiredWeight(
    _ node: Node, _ index: Int, _ what: String
  ) throws(PlanningProblem) -> Weight {
    guard let weight = try weight(node, index, what) else {
      throw .mismatch(expected: "\(what) as input \(index)", found: "none")
    }
    return weight
  }

  /// A constant's elements as an operand.
  mutating func loadedConstant(_ id: WeightID) throws(PlanningProblem) -> Constant {
    if let constant = loaded[id] { return constant }
    guard let weight = weights[id] else { throw .unsupported("a missing weight") }
    do {
      try checkSpan(weight)
      let bytes = try weight.elementType.byteCount(weight.shape.count) ?? 0
      try reserve(bytes, elementBytes: 1)
      let constant = Constant(weight.elementType, weight.shape, loading: try weight.decoded())
      loaded[id] = constant
      return constant
    } catch let problem as PlanningProblem {
      throw problem
    } catch {
      throw .weight(weight.name, error)
    }
  }

  /// Throws if a constant has no elements, but axes too long to go through.
  private func checkSpan(_ weight: Weight) throws(PlanningProblem) {
    guard weight.shape.count == 0 else { return }
    let needed = ValueForm(weight.elementType, weight.shape).spannedBytes
    guard let needed, needed <= options.limits.maximumBytes else { throw .memory(needed: needed) }
  }

  /// Counts memory that a plan is about to take, and throws if it is too much.
  mutating func reserve(_ count: Int, elementBytes: Int = 4) throws(PlanningProblem) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: elementBytes)
    let (sum, sumOverflow) = usedBytes.addingReportingOverflow(bytes)
    guard !overflow, !sumOverflow else { throw .memory(needed: nil) }
    guard sum <= options.limits.maximumBytes else { throw .memory(needed: sum) }
    usedBytes = sum
  }

  /// Throws if memory that is taken for a moment only is too much beside what is counted.
  mutating func checkRoom(_ bytes: Int) throws(PlanningProblem) {
    try reserve(bytes, elementBytes: 1)
    usedBytes -= bytes
  }

  /// The elements of a small float32 constant.
  func floats(of weight: Weight) -> [Float]? {
    guard weight.elementType == .float32, weight.shape.count <= 1 << 20,
      let bytes = try? weight.decoded()
    else { return nil }
    return Constant(.float32, weight.shape, copying: bytes).floats?.array()
  }

  /// Whether values of each run are known to have the same number of axes, and constants no more.
  func haveOneRank(_ names: [String]) -> Bool {
    var open: Set<String> = []
    var constantRank = 0
    for name in names {
      switch bindings[name] {
      case .slot: open.insert(name)
      case .weight(let id): constantRank = max(constantRank, weights[id]?.shape.rank ?? 0)
      case .constant(let constant): constantRank = max(constantRank, constant.shape.rank)
      case .unusable, nil: break
      }
    }
    let ranks = Set(open.map { shapes?.dimensions(of: $0)?.count })
    guard ranks.count == 1, let rank = ranks.first else { return false }
    // Of one value alone it is only known that it has three axes where its channels are last.
    return rank.map { constantRank <= $0 } ?? (open.count == 1 && constantRank <= 3)
  }

  /// The type of a value's elements, if it is known.
  func elementType(of name: String) -> ElementType? {
    switch bindings[name] {
    case .weight(let id): weights[id]?.elementType
    case .constant(let constant): constant.elementType
    default:
      if case .tensor(let type, _)? = shapes?[name] { type } else { nil }
    }
  }
}
