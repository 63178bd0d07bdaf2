internal import PressKernels
internal import PressTensor

extension PlanningContext {
  /// The most bytes that a step may make to be worked out before a run.
  static let foldedBytes = 1 << 28

  /// The most bytes of such a step under this plan's limit.
  var foldedLimit: Int { min(PlanningContext.foldedBytes, options.limits.maximumBytes) }
}

/// The outputs of a step whose operands' elements are all known; `nil` if they are too large.
func evaluated(
  _ family: any StepFamily, _ inputs: [StepInput], limit: Int
) throws(ShapeProblem) -> [Constant]? {
  if let missing = family.missing(for: inputs.map { $0.isAbsent ? nil : $0.elementType }) {
    throw .unsupported(missing)
  }
  return try evaluated(try family.scheduled(for: inputs), inputs, limit: limit)
}

/// The outputs of a scheduled step whose operands' elements are all known.
///
/// `nil` if they, or what it takes to make them, are larger than `limit`.
func evaluated(
  _ step: any ScheduledStep, _ inputs: [StepInput], limit: Int
) throws(ShapeProblem) -> [Constant]? {
  if let known = step.known { return known }
  if case .sameAsInput = step.placement, let first = inputs.first?.known {
    return step.outputs.prefix(1).map { first.reshaped($0.shape) }
  }
  let sizes = step.outputs.map(\.byteCount) + [step.scratchBytes]
  guard sizes.allSatisfy({ $0 <= limit / sizes.count }),
    step.outputs.allSatisfy({ $0.elementType.byteWidth != nil && $0.layout == .plain })
  else { return nil }
  var slices: [ArenaSlice] = []
  var offset = 0
  for size in sizes {
    slices.append(ArenaSlice(offset: offset, byteCount: size))
    offset += (size + Arena.alignment - 1) / Arena.alignment * Arena.alignment
  }
  var workspace = Workspace()
  workspace.arena.reserve(offset)
  let operands = StepOperands(
    inputs: inputs.map { input in
      if let constant = input.known { .bytes(constant.bytes) } else { .slice(.empty) }
    }, outputs: Array(slices.dropLast()), scratch: slices[sizes.count - 1])
  step.run(in: &workspace, on: operands)
  var results: [Constant] = []
  for (form, slice) in zip(step.outputs, slices) {
    let bytes = AlignedBuffer<UInt8>(copying: workspace.arena.bytes(of: slice))
    results.append(Constant(form.elementType, form.shape, bytes))
  }
  return results
}

extension PlanningProblem {
  init(_ problem: ShapeProblem) {
    switch problem {
    case .mismatch(let expected, let found): self = .mismatch(expected: expected, found: found)
    case .unsupported(let missing): self = .unsupported(missing)
    case .overflow: self = .memory(needed: nil)
    }
  }
}
