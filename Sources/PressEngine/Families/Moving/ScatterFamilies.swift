internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The data with updates put at indices along an axis.
///
/// Updates of the same element are taken in their order.
struct ScatterElementsFamily: StepFamily {
  let attributes: ScatterElements

  var kernel: String { "scatter" }

  func missing(for types: [ElementType?]) -> String? {
    missingForScatter(types, attributes.reduction)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (data, picked) = (try inputs.required(0), try inputs.required(1))
    let updates = try inputs.required(2)
    guard updates.form == ValueForm(data.elementType, picked.shape) else {
      throw .mismatch(
        expected: "updates of type \(data.elementType.name) and shape \(picked.shape)",
        found: "\(updates.elementType.name) \(updates.shape)")
    }
    let places = try ElementPlaces(axis: attributes.axis, of: data.shape, for: picked)
    return ScatterStep(
      output: data.form, reduction: attributes.reduction, count: picked.shape.count, inner: 1,
      placement: updates.shape.count == data.shape.count ? .apart : .replacing
    ) { operands, workspace, table in
      places.forEach(operands[1], in: workspace) { table[$0] = Int64($1) }
    }
  }
}

/// The data with slices put at tuples of indices.
///
/// Updates of the same slice are taken in their order.
struct ScatterNDFamily: StepFamily {
  let reduction: ScatterReduction

  var kernel: String { "scatter" }

  func missing(for types: [ElementType?]) -> String? { missingForScatter(types, reduction) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (data, picked) = (try inputs.required(0), try inputs.required(1))
    let updates = try inputs.required(2)
    let tuples = try TuplePlaces(of: data.shape, for: picked)
    let shape = try makeShape(Array(picked.shape.dimensions.dropLast()) + tuples.sliceDimensions)
    guard updates.form == ValueForm(data.elementType, shape) else {
      throw .mismatch(
        expected: "updates of type \(data.elementType.name) and shape \(shape)",
        found: "\(updates.elementType.name) \(updates.shape)")
    }
    return ScatterStep(
      output: data.form, reduction: reduction, count: shape.count == 0 ? 0 : tuples.count,
      inner: tuples.sliceCount,
      placement: updates.shape.count == data.shape.count ? .apart : .replacing
    ) { operands, workspace, table in
      tuples.forEach(operands[1], in: workspace) { table[$0] = Int64($1) }
    }
  }
}

private func missingForScatter(
  _ types: [ElementType?], _ reduction: ScatterReduction
) -> String? {
  for case let type? in [types.first, types.dropFirst(2).first].compactMap({ $0 }) {
    if let missing = movable(type) { return missing }
    if reduction != .none, !NumberTypes.all.contains(type) {
      return "a reduction of elements of type \(type.name)"
    }
  }
  return nil
}

/// The first operand with entries of the third put at places.
private struct ScatterStep: ScheduledStep {
  let output: ValueForm
  let reduction: ScatterReduction
  /// How many entries are put, and the elements of each.
  let count: Int
  let inner: Int
  /// Updates of the data's own size may be the data itself.
  let placement: OutputPlacement
  let places: PickStep.Places

  var outputs: [ValueForm] { [output] }
  var scratchBytes: Int { count * MemoryLayout<Int64>.stride }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    workspace.copyAll(from: operands.inputs[0], to: operands.outputs[0])
    guard count > 0 else { return }
    let table = operands.scratch.part(0, scratchBytes)
    workspace.write(table, as: Int64.self) { places(operands.inputs, workspace, &$0) }
    let (updates, target) = (operands.inputs[2], operands.outputs[0])
    if reduction == .none {
      workspace.scatter(
        inner: inner * (output.elementType.byteWidth ?? 1), count: count, places: .slice(table),
        unit: output.elementType.byteWidth ?? 1, input: updates, output: target)
    } else {
      let body = Reduce(step: self, table: table, updates: updates, target: target)
      visit(output.elementType, body, in: workspace)
    }
  }

  private struct Reduce: NumberVisitor {
    let step: ScatterStep
    let table: ArenaSlice
    let updates: Operand
    let target: ArenaSlice

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      workspace.read(.slice(table), as: Int64.self) { places in
        workspace.read(updates, as: type) { updates in
          workspace.write(target, as: type) { target in
            for entry in 0..<step.count {
              let start = Int(places[entry])
              for index in 0..<step.inner {
                let update = updates[entry * step.inner + index]
                let old = target[start + index]
                target[start + index] = Number(step.reduced(old.value, update.value))
              }
            }
          }
        }
      }
    }
  }

  fileprivate func reduced<Value: NumberValue>(_ old: Value, _ update: Value) -> Value {
    switch reduction {
    case .none: update
    case .add: Value.sum(old, update)
    case .mul: Value.product(old, update)
    case .max: Value.isBefore(old, update) || update != update ? update : old
    case .min: Value.isBefore(update, old) || update != update ? update : old
    }
  }
}
