internal import PressGraph
internal import PressKernels
public import PressTensor

/// Runs a plan.
///
/// An engine owns the memory that values live in while they are computed.
///
/// Results are bit-identical for every number of threads, and an example's results do not depend on
/// the other examples of its batch.
public struct Engine: ~Copyable {
  /// What the engine runs.
  public let plan: Plan
  private var workspace: Workspace
  private var schedules: ScheduleCache
  /// The kernels of the latest run, by the plan's steps.
  private var choices: [Int: (kernel: String, reason: String)] = [:]

  /// An engine with a number of threads, the caller's included.
  public init(_ plan: Plan, threads: Int = 1) {
    self.plan = plan
    workspace = Workspace(threads: threads)
    schedules = ScheduleCache()
  }

  /// The plan's layers with the kernels that the latest run chose where that depends on shapes.
  public var layers: [Plan.Layer] {
    plan.steps.indices.map { plan.layer(plan.steps[$0], choice: choices[$0]) }
  }

  /// The graph's outputs, and the values named in `including`, for one set of inputs.
  ///
  /// Inputs that the model fills itself are not given. The names in `including` are any values that
  /// a step makes. `afterStep` is called behind each step that runs with its number in `layers`.
  public mutating func run(
    _ inputs: [String: Tensor], including names: Set<String> = [],
    afterStep: ((Int) -> Void)? = nil
  ) throws(EngineError) -> [String: Tensor] {
    if let other = plan.passedOutputs.values.map(\.name).min() {
      throw .inputValue(other, expected: "run(values:)", found: "tensors alone")
    }
    return try computed(inputs, including: names, afterStep: afterStep)
  }

  /// Runs everything that is made of tensors.
  mutating func computed(
    _ inputs: [String: Tensor], including names: Set<String> = [],
    afterStep: ((Int) -> Void)? = nil
  ) throws(EngineError) -> [String: Tensor] {
    let wanted = plan.values.filter { names.contains($0.key) || plan.outputs.contains($0.key) }
    if let unknown = names.subtracting(wanted.keys).min() {
      throw .unknownValue(unknown, expected: plan.values.keys.sorted())
    }
    let kept = Set(
      wanted.values.compactMap { source in
        if case .slot(let slot) = source { slot } else { nil }
      })
    var held = try plan.checkedInputs(inputs, kept: kept)
    choices = [:]
    var start = 0
    while true {
      let schedule = try schedules.schedule(plan, from: start, held: held, kept: kept)
      try run(schedule, held, afterStep)
      if schedule.end == plan.steps.count { return try results(wanted, schedule) }
      start = schedule.end
      held = carried(from: schedule, kept: kept)
    }
  }

  private mutating func run(
    _ schedule: Schedule, _ held: [Int: HeldValue], _ afterStep: ((Int) -> Void)?
  ) throws(EngineError) {
    workspace.arena.reserve(schedule.arenaBytes)
    for (slot, value) in held {
      guard let slice = schedule.slices[slot] else { continue }
      value.storage.withBytes { workspace.arena.write($0, to: slice) }
    }
    for step in schedule.steps {
      step.step.run(in: &workspace, on: step.operands)
      afterStep?(step.index)
    }
    choices.merge(schedule.choices) { _, new in new }
  }

  /// The values that steps behind a schedule, or the caller, still need.
  private func carried(from schedule: Schedule, kept: Set<Int>) -> [Int: HeldValue] {
    var values: [Int: HeldValue] = [:]
    for (slot, form) in schedule.forms
    where plan.lastUses[slot] > schedule.end || kept.contains(slot) {
      values[slot] = HeldValue(form: form, storage: storage(of: slot, schedule))
    }
    return values
  }

  private func storage(of slot: Int, _ schedule: Schedule) -> Storage {
    if let constant = schedule.known[slot] { return Storage(constant.bytes.array()) }
    return Storage(workspace.arena.copy(of: schedule.slices[slot] ?? .empty))
  }

  private mutating func results(
    _ wanted: [String: Plan.Source], _ schedule: Schedule
  ) throws(EngineError) -> [String: Tensor] {
    var results: [String: Tensor] = [:]
    for name in wanted.keys.sorted() {
      do {
        switch wanted[name] {
        case .slot(let slot)?:
          guard let form = schedule.forms[slot] else { continue }
          var storage = storage(of: slot, schedule)
          if form.layout != .plain { storage = try plain(storage, form) }
          results[name] = try Tensor(
            elementType: form.elementType, shape: form.shape, storage: storage)
        case .constant(let constant)?:
          results[name] = try Tensor(
            elementType: constant.elementType, shape: constant.shape,
            storage: Storage(constant.bytes.array()))
        case .absent?, nil: continue
        }
      } catch {
        throw .memoryLimit(needed: nil, limit: plan.options.limits.maximumBytes)
      }
    }
    return results
  }

  /// The elements of a value as its shape orders them.
  private func plain(_ storage: Storage, _ form: ValueForm) throws(ShapeProblem) -> Storage {
    let bytes = storage.withBytes { AlignedBuffer<UInt8>(copying: $0) }
    let step = LayoutFamily.Step(from: form, to: .plain)
    var workspace = Workspace()
    let slice = ArenaSlice(offset: 0, byteCount: form.byteCount)
    workspace.arena.reserve(form.byteCount)
    step.run(
      in: &workspace, on: StepOperands(inputs: [.bytes(bytes)], outputs: [slice], scratch: .empty))
    return Storage(workspace.arena.copy(of: slice))
  }
}
