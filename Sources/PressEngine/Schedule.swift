internal import PressKernels
internal import PressTensor

/// A plan for one set of input shapes: every shape, and a place in the arena for every value.
struct Schedule: Sendable {
  /// A step with its operands in place.
  struct Step: Sendable {
    let step: any ScheduledStep
    let operands: StepOperands
  }

  /// The steps that compute something.
  let steps: [Step]
  /// The place of each value.
  let slices: [ArenaSlice]
  /// The shape of each value.
  let shapes: [Shape]
  /// The size of the arena.
  let arenaBytes: Int

  /// Evaluates a plan for the shapes of its inputs, in their order.
  ///
  /// The values numbered `kept`, and the outputs, are still there after the last step.
  init(_ plan: Plan, inputs: [Shape], kept: Set<Int>) throws(EngineError) {
    let limit = plan.options.limits.maximumBytes
    var shapes = [Shape](repeating: .scalar, count: plan.slotCount)
    for (input, shape) in zip(plan.inputs, inputs) { shapes[input.slot] = shape }
    var scheduled: [any ScheduledStep] = []
    for step in plan.steps {
      let next = try Schedule.scheduled(step, shapes: shapes, limit: limit)
      for (slot, shape) in zip(step.outputs, next.outputs) { shapes[slot] = shape }
      scheduled.append(next)
    }
    var lifetimes = Lifetimes(plan, scheduled, shapes: shapes, kept: kept)
    guard let arenaBytes = lifetimes.place() else {
      throw .memoryLimit(needed: nil, limit: limit)
    }
    guard arenaBytes <= limit else { throw .memoryLimit(needed: arenaBytes, limit: limit) }
    slices = lifetimes.slices
    self.shapes = shapes
    self.arenaBytes = arenaBytes
    var steps: [Step] = []
    for (index, step) in plan.steps.enumerated() {
      if case .sameAsInput = scheduled[index].placement { continue }
      let operands = StepOperands(
        inputs: step.inputs.map { source in
          switch source {
          case .slot(let slot): .slice(lifetimes.slices[slot])
          case .constant(let buffer, _): .constant(buffer)
          }
        }, outputs: step.outputs.map { lifetimes.slices[$0] },
        scratch: lifetimes.scratch[index])
      steps.append(Step(step: scheduled[index], operands: operands))
    }
    self.steps = steps
  }

  private static func scheduled(
    _ step: Plan.Step, shapes: [Shape], limit: Int
  ) throws(EngineError) -> any ScheduledStep {
    let inputs = step.inputs.map { source in
      switch source {
      case .slot(let slot): shapes[slot]
      case .constant(_, let shape): shape
      }
    }
    do {
      return try step.family.scheduled(for: inputs)
    } catch {
      switch error {
      case .mismatch(let expected, let found):
        throw .mismatch(
          node: step.label, operation: step.operation, expected: expected, found: found)
      case .overflow: throw .memoryLimit(needed: nil, limit: limit)
      }
    }
  }
}
