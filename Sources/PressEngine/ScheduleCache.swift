internal import PressTensor

/// A value between two stretches of a plan.
struct HeldValue: Sendable {
  let form: ValueForm
  let storage: Storage

  init(form: ValueForm, storage: Storage) {
    self.form = form
    self.storage = storage
  }

  /// What a caller gives.
  init(_ tensor: Tensor) {
    form = ValueForm(tensor.elementType, tensor.shape)
    storage = tensor.storage
  }
}

/// The schedules of the latest runs, the last used first.
struct ScheduleCache: Sendable {
  private var entries: [(start: Schedule.Start, schedule: Schedule)] = []
  /// For each step that starts a stretch, the values whose elements it has to know.
  private var demands: [Int: Set<Int>] = [:]

  private static let limit = 8

  /// The schedule from a step on.
  ///
  /// Elements that the step has to know are taken from `held`, and the schedule is for them alone.
  mutating func schedule(
    _ plan: Plan, from index: Int, held: [Int: HeldValue], kept: Set<Int>
  ) throws(EngineError) -> Schedule {
    while true {
      var start = Schedule.Start(index: index, forms: held.mapValues(\.form), kept: kept)
      // No arena holds strings.
      let strings = held.filter { $0.value.form.elementType == .string }.keys
      for slot in (demands[index] ?? []).union(strings) {
        guard let value = held[slot] else { continue }
        start.known[slot] = Constant(
          value.form.elementType, value.form.shape, copying: value.storage)
      }
      let schedule = try cached(plan, start)
      let missing = Set(schedule.demanded).intersection(held.keys)
      let known = demands[index] ?? []
      if missing.isSubset(of: known) || schedule.end > index && missing.isEmpty {
        return schedule
      }
      // The elements are there: with them the schedule goes further.
      demands[index] = known.union(missing)
    }
  }

  private mutating func cached(
    _ plan: Plan, _ start: Schedule.Start
  ) throws(EngineError) -> Schedule {
    if let place = entries.firstIndex(where: { $0.start == start }) {
      let entry = entries.remove(at: place)
      entries.insert(entry, at: 0)
      return entry.schedule
    }
    let schedule = try Schedule(plan, from: start)
    if entries.count == ScheduleCache.limit { entries.removeLast() }
    entries.insert((start, schedule), at: 0)
    return schedule
  }
}
