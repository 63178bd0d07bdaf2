internal import PressKernels
internal import PressTensor

/// A stretch of a plan for one set of forms: kernels chosen, a place in the arena for every value.
///
/// It ends before the first step that has to know elements which only a run can tell; then the next
/// stretch starts there. Most networks have one stretch.
struct Schedule: Sendable {
  /// A step with its operands in place.
  struct Step: Sendable {
    /// The number of the plan's step.
    let index: Int
    let step: any ScheduledStep
    let operands: StepOperands
  }

  /// The steps that compute something.
  let steps: [Step]
  /// The number of the first step behind the stretch.
  let end: Int
  /// The values whose elements that step has to know.
  let demanded: [Int]
  /// The form of each value that exists at the end.
  let forms: [Int: ValueForm]
  /// The values whose elements are known before the stretch runs.
  let known: [Int: Constant]
  /// The place of each value that is not known.
  let slices: [Int: ArenaSlice]
  /// The size of the arena.
  let arenaBytes: Int
  /// The kernel that each step got, where that depends on shapes.
  let choices: [Int: (kernel: String, reason: String)]

  /// The most bytes of a value that is worked out while scheduling.
  private static let knownBytes = 1 << 16

  /// What a stretch starts from.
  struct Start: Equatable, Sendable {
    /// The number of its first step.
    var index: Int
    /// The values that exist, with their forms.
    var forms: [Int: ValueForm]
    /// Those of them whose elements are known.
    var known: [Int: Constant] = [:]
    /// The values that have to exist when the last step is done.
    var kept: Set<Int>
  }

  /// Schedules a plan from a start.
  init(_ plan: Plan, from start: Start) throws(EngineError) {
    var values = Values(forms: start.forms, known: start.known)
    var scheduled: [(index: Int, step: any ScheduledStep)] = []
    var choices: [Int: (kernel: String, reason: String)] = [:]
    var end = start.index
    let limit = plan.options.limits.maximumBytes
    try Schedule.check(Array(start.forms.values), limit: limit)
    var demanded: [Int] = []
    while end < plan.steps.count {
      let step = plan.steps[end]
      demanded = values.demands(of: step)
      guard demanded.isEmpty else { break }
      let next = try Schedule.scheduled(step, values, of: plan)
      try Schedule.check(next.step.outputs, limit: limit)
      choices[end] = next.step.choice
      for (place, form) in zip(step.outputs, next.step.outputs) { values.forms[place] = form }
      if let known = next.known {
        for (place, constant) in zip(step.outputs, known) { values.known[place] = constant }
      } else {
        scheduled.append((end, next.step))
      }
      end += 1
    }
    self.end = end
    self.demanded = demanded
    self.choices = choices
    forms = values.forms
    known = values.known
    var lifetimes = Lifetimes(plan, scheduled, from: start, to: end, values)
    guard let arenaBytes = lifetimes.place() else {
      throw .memoryLimit(needed: nil, limit: limit)
    }
    // One thread's, so that whether a model runs does not depend on their number.
    let threadBytes = scheduled.map(\.step.threadBytes).max() ?? 0
    let (needed, overflow) = arenaBytes.addingReportingOverflow(threadBytes)
    guard !overflow, needed <= limit else {
      throw .memoryLimit(needed: overflow ? nil : needed, limit: limit)
    }
    self.arenaBytes = arenaBytes
    slices = lifetimes.slices
    var steps: [Step] = []
    for (number, (index, step)) in scheduled.enumerated() {
      if case .sameAsInput = step.placement { continue }
      let operands = StepOperands(
        inputs: plan.steps[index].inputs.map { values.operand($0, lifetimes.slices) },
        outputs: plan.steps[index].outputs.map { lifetimes.slices[$0] ?? .empty },
        scratch: lifetimes.scratch[number])
      steps.append(Step(index: index, step: step, operands: operands))
    }
    self.steps = steps
  }

  /// What is known of values while a schedule is made.
  struct Values {
    var forms: [Int: ValueForm]
    var known: [Int: Constant]

    func input(_ source: Plan.Source) -> StepInput {
      switch source {
      case .slot(let slot):
        StepInput(forms[slot] ?? ValueForm(.float32, .scalar), known: known[slot])
      case .constant(let constant): StepInput(constant.form, known: constant)
      case .absent: .absent
      }
    }

    /// The values that a step has to know and that are not known.
    func demands(of step: Plan.Step) -> [Int] {
      step.inputs.enumerated().compactMap { place, source in
        guard case .slot(let slot) = source, known[slot] == nil,
          step.family.demanded.contains(place) || forms[slot]?.elementType == .string
        else { return nil }
        return slot
      }
    }

    func operand(_ source: Plan.Source, _ slices: [Int: ArenaSlice]) -> Operand {
      switch source {
      case .slot(let slot):
        if let constant = known[slot] {
          .bytes(constant.bytes)
        } else {
          .slice(slices[slot] ?? .empty)
        }
      case .constant(let constant): .bytes(constant.bytes)
      case .absent: .slice(.empty)
      }
    }
  }

  /// Throws if one value alone takes more memory than is allowed, so that no step has to reckon with
  /// larger sizes.
  private static func check(_ forms: [ValueForm], limit: Int) throws(EngineError) {
    for form in forms {
      let needed = form.spannedBytes
      guard let needed, needed <= limit else { throw .memoryLimit(needed: needed, limit: limit) }
    }
  }

  /// A step for its operands' forms, and its outputs where they can be known by now.
  private static func scheduled(
    _ step: Plan.Step, _ values: Values, of plan: Plan
  ) throws(EngineError) -> (step: any ScheduledStep, known: [Constant]?) {
    do {
      return try scheduled(step.family, step.inputs.map(values.input), step.outputs.count)
    } catch {
      switch error {
      case .mismatch(let expected, let found):
        throw .mismatch(
          node: step.label, operation: step.operation, expected: expected, found: found)
      case .unsupported(let missing):
        throw .unsupported(
          [UnsupportedNode(label: step.label, operation: step.operation, missing: missing)],
          total: plan.steps.count)
      case .overflow:
        throw .memoryLimit(needed: nil, limit: plan.options.limits.maximumBytes)
      }
    }
  }

  private static func scheduled(
    _ family: any StepFamily, _ inputs: [StepInput], _ outputCount: Int
  ) throws(ShapeProblem) -> (step: any ScheduledStep, known: [Constant]?) {
    if let missing = family.missing(for: inputs.map { $0.isAbsent ? nil : $0.elementType }) {
      throw .unsupported(missing)
    }
    let next = try family.scheduled(for: inputs)
    guard next.outputs.count == outputCount else {
      throw .mismatch(expected: "\(next.outputs.count) outputs", found: "\(outputCount)")
    }
    if let known = next.known { return (next, known) }
    guard inputs.allSatisfy({ $0.known != nil || $0.isAbsent }) else { return (next, nil) }
    return (next, try evaluated(next, inputs, limit: knownBytes))
  }
}
