internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The largest or smallest elements along an axis in order, and their positions.
///
/// Of equal elements the first comes first; NaN counts as larger than every number.
struct TopKFamily: StepFamily {
  let attributes: TopK

  var kernel: String { "sort" }
  var demanded: [Int] { [1] }

  func missing(for types: [ElementType?]) -> String? {
    accepted(Array(types.prefix(1)), NumberTypes.all)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let place = try input.shape.axis(attributes.axis)
    let axes = AxisLayout(shape: input.shape.dimensions, axes: place..<(place + 1))
    let given = try inputs.integers(attributes.count.map { [$0] }, or: 1, "a count")
    guard given.count == 1, let count = given.first, count >= 0, count <= axes.axis else {
      throw .mismatch(expected: "a count of at most \(axes.axis)", found: "\(given)")
    }
    var dimensions = input.shape.dimensions
    dimensions[place] = count
    let shape = try makeShape(dimensions)
    return Step(
      largest: attributes.largest, type: input.elementType, axes: axes, count: count,
      outputs: [ValueForm(input.elementType, shape), ValueForm(.int64, shape)])
  }

  private struct Step: ScheduledStep {
    let largest: Bool
    let type: ElementType
    let axes: AxisLayout
    let count: Int
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      guard outputs[0].shape.count > 0 else { return }
      let sort = Sort(step: self, input: operands.inputs[0], outputs: operands.outputs)
      visit(type, sort, in: workspace)
    }
  }

  private struct Sort: NumberVisitor {
    let step: Step
    let input: Operand
    let outputs: [ArenaSlice]

    func visit<Number: StoredNumber>(
      _ type: Number.Type, in workspace: borrowing Workspace
    ) {
      let (size, inner) = (step.axes.axis, step.axes.inner)
      workspace.read(input, as: type) { input in
        workspace.write(outputs[0], as: type) { values in
          workspace.write(outputs[1], as: Int64.self) { places in
            for lane in 0..<step.axes.lineCount {
              let start = lane / inner * size * inner + lane % inner
              let target = lane / inner * step.count * inner + lane % inner
              let first = first { left, right in
                isBefore(
                  (input[start + left * inner].value, left),
                  (input[start + right * inner].value, right))
              }
              for (number, place) in first.enumerated() {
                values[target + number * inner] = input[start + place * inner]
                places[target + number * inner] = Int64(place)
              }
            }
          }
        }
      }
    }

    /// Whether the left element comes before the right one.
    private func isBefore<Value: NumberValue>(
      _ left: (value: Value, place: Int), _ right: (value: Value, place: Int)
    ) -> Bool {
      let (a, b) = step.largest ? (right.value, left.value) : (left.value, right.value)
      if Value.isBefore(a, b) || (a == a && b != b) { return true }
      if Value.isBefore(b, a) || (b == b && a != a) { return false }
      return left.place < right.place
    }

    /// The places that come first, in order.
    private func first(_ isBefore: (Int, Int) -> Bool) -> [Int] {
      guard step.count <= 64, step.count < step.axes.axis / 4 else {
        return Array((0..<step.axes.axis).sorted(by: isBefore).prefix(step.count))
      }
      // A few of many: those found so far are kept in order.
      var kept: [Int] = []
      for place in 0..<step.axes.axis {
        if kept.count == step.count {
          guard isBefore(place, kept[step.count - 1]) else { continue }
          kept.removeLast()
        }
        var position = kept.count
        while position > 0, isBefore(place, kept[position - 1]) { position -= 1 }
        kept.insert(place, at: position)
      }
      return kept
    }
  }
}
