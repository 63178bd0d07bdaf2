internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Layer normalization, and division by the root of the mean square: of all axes from one on, then
/// times a scale and plus a bias that broadcast to the input.
///
/// Outputs are the result, and of layer normalization the means and the inverse deviations.
struct RowNormalizationFamily: StepFamily {
  let kind: NormalizationKernel
  let axis: Int
  /// How many of the outputs the node has.
  let outputCount: Int

  var kernel: String {
    if case .standard = kind { "normalization, layer" } else { "normalization, root mean square" }
  }

  init(_ attributes: LayerNormalization, _ node: Node) {
    kind = .standard(epsilon: attributes.epsilon)
    axis = attributes.axis
    outputCount = node.outputs.count
  }

  init(_ attributes: RMSNormalization) {
    kind = .rootMeanSquare(epsilon: attributes.epsilon)
    axis = attributes.axis
    outputCount = 1
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shape = inputs[0].shape
    let first = axis < 0 ? axis + shape.rank : axis
    guard first >= 0, first < shape.rank else {
      throw .mismatch(expected: "an axis \(axis)", found: "\(shape)")
    }
    let layout = AxisLayout(shape: shape.dimensions, axes: first..<shape.rank)
    let rows = try makeShape(
      shape.dimensions[..<first] + [Int](repeating: 1, count: shape.rank - first))
    let forms = [ValueForm(.float32, shape)] + [rows, rows].map { ValueForm(.float32, $0) }
    var addends: [Addend] = []
    for (place, function) in [(1, BinaryKernel.mul), (2, .add)] where inputs.has(place) {
      addends.append(
        try Addend(
          place: place, function: function, shape, inputs[place].shape, first: first,
          isFirst: addends.allSatisfy(\.isByElement)))
    }
    return Step(
      kind: kind, rows: layout.outer, count: layout.axis, addends: addends,
      canReplace: inputs.dropFirst().allSatisfy { $0.shape.count != shape.count },
      outputs: Array(forms.prefix(outputCount)))
  }

  /// A scale or a bias.
  private struct Addend: Sendable {
    let place: Int
    let function: BinaryKernel
    /// How it is broadcast; `nil` where it has an element for each of a row, which the kernel takes.
    let layout: BroadcastLayout?

    var isByElement: Bool { layout == nil }

    init(
      place: Int, function: BinaryKernel, _ shape: Shape, _ own: Shape, first: Int, isFirst: Bool
    ) throws(ShapeProblem) {
      self.place = place
      self.function = function
      let row = Array(shape.dimensions[first...])
      let trailing = Array(own.dimensions.drop { $0 == 1 })
      if isFirst, own.rank <= shape.rank,
        trailing == Array(row.drop { $0 == 1 }), own.count == row.reduce(1, *)
      {
        layout = nil
        return
      }
      guard own.rank <= shape.rank,
        zip(own.padded(to: shape.rank), shape.dimensions).allSatisfy({ $0 == $1 || $0 == 1 }),
        let layout = BroadcastLayout(left: shape.dimensions, right: own.padded(to: shape.rank))
      else {
        throw .mismatch(expected: "a shape that broadcasts to \(shape)", found: "\(own)")
      }
      self.layout = layout
    }
  }

  private struct Step: ScheduledStep {
    let kind: NormalizationKernel
    let rows: Int
    let count: Int
    let addends: [Addend]
    let canReplace: Bool
    let outputs: [ValueForm]

    var placement: OutputPlacement { canReplace ? .replacing : .apart }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      func byElement(_ place: Int) -> Operand? {
        addends.contains { $0.place == place && $0.isByElement } ? operands.inputs[place] : nil
      }
      workspace.normalize(
        kind, layout: .layer(rows: rows, count: count), input: operands.inputs[0],
        scale: byElement(1), bias: byElement(2), output: operands.outputs[0],
        mean: outputs.count > 1 ? operands.outputs[1] : nil,
        inverse: outputs.count > 2 ? operands.outputs[2] : nil)
      for addend in addends {
        guard let layout = addend.layout else { continue }
        workspace.combine(
          addend.function, layout: layout, left: .slice(operands.outputs[0]),
          right: operands.inputs[addend.place], output: operands.outputs[0])
      }
    }
  }
}
