internal import PressGraph
internal import PressKernels
internal import PressTensor

/// What a node's inputs are known to be while a plan is made.
enum Binding: Sendable {
  /// A value of each run, by its number.
  case slot(Int)
  /// A constant.
  case weight(WeightID)
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
  var bindings: [String: Binding] = [:]
  private var usedBytes = 0

  init(_ model: Model, options: PlanOptions) {
    self.options = options
    weights = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
  }

  /// The constant that a node's input is; `nil` if the input is left out.
  func constant(_ node: Node, _ index: Int, _ what: String) throws(PlanningProblem) -> Weight? {
    guard index < node.inputs.count, !node.inputs[index].isEmpty else { return nil }
    switch bindings[node.inputs[index]] {
    case .weight(let id): return weights[id]
    case .unusable(let reason): throw .unsupported(reason)
    case .slot, nil: throw .unsupported("\(what) that is not constant")
    }
  }

  /// The constant that a node's input is and must be.
  func requiredConstant(
    _ node: Node, _ index: Int, _ what: String
  ) throws(PlanningProblem) -> Weight {
    guard let weight = try constant(node, index, what) else {
      throw .mismatch(expected: "\(what) as input \(index)", found: "none")
    }
    return weight
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
}
