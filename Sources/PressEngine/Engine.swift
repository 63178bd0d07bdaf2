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
  /// Schedules of the latest input shapes, the last used first.
  private var schedules: [(key: ScheduleKey, schedule: Schedule)] = []

  private struct ScheduleKey: Equatable {
    let inputs: [Shape]
    let kept: Set<Int>
  }

  private static let cachedSchedules = 4

  /// An engine with a number of threads, the caller's included.
  public init(_ plan: Plan, threads: Int = 1) {
    self.plan = plan
    workspace = Workspace(threads: threads)
  }

  /// The graph's outputs, and the values named in `including`, for one set of inputs.
  ///
  /// Inputs that the model fills itself are not given. The names in `including` are any values that
  /// a node makes.
  public mutating func run(
    _ inputs: [String: Tensor], including names: Set<String> = []
  ) throws(EngineError) -> [String: Tensor] {
    let tensors = try plan.checkedInputs(inputs)
    var wanted = plan.values.filter { names.contains($0.key) || plan.outputs.contains($0.key) }
    if let unknown = names.subtracting(wanted.keys).min() {
      throw .unknownValue(unknown, expected: plan.values.keys.sorted())
    }
    let kept = Set(
      wanted.values.compactMap { source in
        if case .slot(let slot) = source { slot } else { nil }
      })
    let schedule = try schedule(
      for: ScheduleKey(inputs: tensors.map(\.shape), kept: kept))
    workspace.arena.reserve(schedule.arenaBytes)
    for (input, tensor) in zip(plan.inputs, tensors) {
      tensor.storage.withBytes { bytes in
        workspace.arena.write(bytes, to: schedule.slices[input.slot])
      }
    }
    for step in schedule.steps { step.step.run(in: &workspace, on: step.operands) }
    var results: [String: Tensor] = [:]
    while let (name, source) = wanted.popFirst() {
      results[name] = try result(source, schedule)
    }
    return results
  }

  private mutating func schedule(for key: ScheduleKey) throws(EngineError) -> Schedule {
    if let index = schedules.firstIndex(where: { $0.key == key }) {
      let entry = schedules.remove(at: index)
      schedules.insert(entry, at: 0)
      return entry.schedule
    }
    let schedule = try Schedule(plan, inputs: key.inputs, kept: key.kept)
    if schedules.count == Engine.cachedSchedules { schedules.removeLast() }
    schedules.insert((key, schedule), at: 0)
    return schedule
  }

  private func result(
    _ source: Plan.Source, _ schedule: Schedule
  ) throws(EngineError) -> Tensor {
    do {
      switch source {
      case .slot(let slot):
        let bytes = workspace.arena.copy(of: schedule.slices[slot])
        return try Tensor(
          elementType: .float32, shape: schedule.shapes[slot], storage: Storage(bytes))
      case .constant(let buffer, let shape):
        return try Tensor(buffer.array(), shape: shape)
      }
    } catch {
      throw .memoryLimit(needed: nil, limit: plan.options.limits.maximumBytes)
    }
  }
}
