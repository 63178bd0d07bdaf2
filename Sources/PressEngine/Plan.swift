public import PressGraph
internal import PressKernels
public import PressTensor

/// A model made ready for this processor: steps in order, weights packed once, shapes open.
///
/// A plan is immutable; any number of engines may run it at a time.
public struct Plan: Sendable {
  /// An input of the graph.
  public struct Input: Hashable, Sendable {
    /// The input's name.
    public let name: String
    /// The type of its elements.
    public let elementType: ElementType
    /// The dimensions that the graph declares; `nil` if even the rank is open.
    public let dimensions: [Dimension]?
    /// The number of the value that it fills.
    let slot: Int
  }

  /// One step, as reports show it.
  public struct Layer: Hashable, Sendable {
    /// What people call the node.
    public let label: String
    /// The operator's type.
    public let operation: String
    /// The kernel that runs it.
    public let kernel: String
    /// Why this kernel was chosen.
    public let reason: String
    /// The bytes that its packed weights take.
    public let weightBytes: Int
  }

  /// One node made ready, with the values it takes and makes.
  struct Step: Sendable {
    let label: String
    let operation: String
    let family: any StepFamily
    let inputs: [Source]
    /// The numbers of the values made.
    let outputs: [Int]
  }

  /// Where a step finds an operand.
  enum Source: Sendable {
    case slot(Int)
    case constant(Constant)
    /// Nowhere: the node leaves it out.
    case absent
  }

  /// The inputs that a run has to be given, in the order of the graph.
  public let inputs: [Input]
  /// The names of the graph's outputs, in order.
  public let outputs: [String]
  /// The names of all values that a run can be asked for.
  public var valueNames: Set<String> { Set(values.keys) }

  /// The names of the inputs that the model fills itself.
  let filledInputs: Set<String>
  /// The names of inputs that no step takes, and that the engine could not hold.
  let unusedInputs: Set<String>
  /// The outputs that are no tensors, by name, each with the input that it is.
  let passedOutputs: [String: PlanBuilder.OtherInput]
  /// All values that a run can be asked for, by name.
  let values: [String: Source]
  let steps: [Step]
  /// How many values there are during a run.
  let slotCount: Int
  /// What a plan may take in memory.
  let options: PlanOptions
  /// For each value, the number of the last step that takes it, counted from 1; 0 if none does.
  let lastUses: [Int]

  /// Every step in the order of its running.
  public var layers: [Layer] { steps.map { layer($0, choice: nil) } }

  /// A step with the kernel that a schedule chose for it, if it chose one.
  func layer(_ step: Step, choice: (kernel: String, reason: String)?) -> Layer {
    Layer(
      label: step.label, operation: step.operation, kernel: choice?.kernel ?? step.family.kernel,
      reason: choice?.reason ?? step.family.reason, weightBytes: step.family.weightBytes)
  }

  /// The instruction set that the kernels use.
  public var instructionSet: String { KernelTable.best.instructionSet }

  /// Plans a model's graph.
  ///
  /// Throws if the outputs need a node that the engine can't run; all such nodes are named.
  public init(_ model: Model, options: PlanOptions = PlanOptions()) throws(EngineError) {
    let model = options.fuses ? try model.withIntegerWeights() : model
    guard let graph = model.graph else { throw .noGraph }
    let ordered = try graph.neededNodesInOrder()
    for node in ordered { try node.checkArity() }
    var builder = PlanBuilder(model, graph, options: options)
    for unit in try builder.units(of: ordered) { try builder.add(unit) }
    try builder.finish(total: ordered.count)
    inputs = builder.inputs
    outputs = graph.outputs.map(\.name)
    filledInputs = Set(graph.inputs.map(\.name)).subtracting(graph.requiredInputs.map(\.name))
    unusedInputs = Set(graph.requiredInputs.map(\.name)).subtracting(inputs.map(\.name))
    passedOutputs = builder.passedOutputs
    values = builder.values
    steps = builder.steps
    slotCount = builder.slotCount
    self.options = options
    var lastUses = [Int](repeating: 0, count: slotCount)
    for (index, step) in steps.enumerated() {
      for case .slot(let slot) in step.inputs { lastUses[slot] = index + 1 }
    }
    self.lastUses = lastUses
  }
}
