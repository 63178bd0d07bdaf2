internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The largest or mean element of windows over two spatial axes.
struct PoolFamily: StepFamily {
  let kind: Workspace.Window
  /// How windows move; `nil` for a single one over everything.
  let window: WindowAttributes?

  var kernel: String { kind == .maximum ? "pool, maximum" : "pool, average" }

  static func planned(
    _ attributes: Pool, _ node: Node
  ) throws(PlanningProblem) -> PlannedStep {
    guard let kernel = attributes.kernelShape else {
      throw .mismatch(expected: "a kernel_shape", found: "none")
    }
    let window = try WindowAttributes(
      kernel: kernel, strides: attributes.strides, dilations: attributes.dilations,
      pads: attributes.pads, autoPad: attributes.autoPad, ceilMode: attributes.ceilMode)
    let kind: Workspace.Window =
      switch attributes.kind {
      case .max: .maximum
      case .average: attributes.countIncludePad ? .averageWithPadding : .average
      }
    return PlannedStep(PoolFamily(kind: kind, window: window), node)
  }

  private init(kind: Workspace.Window, window: WindowAttributes) {
    self.kind = kind
    self.window = window
  }

  /// One window over all of a plane.
  init(_ pool: GlobalPool) {
    kind = pool == .max ? .maximum : .average
    window = nil
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape.dimensions
    guard input.count == 4 else { throw .mismatch(expected: "NxCxHxW", found: "\(inputs[0].shape)") }
    let vertical = try axis(0, input: input[2])
    let horizontal = try axis(1, input: input[3])
    let output = try makeShape([input[0], input[1], vertical.output, horizontal.output])
    let planes = try makeShape([input[0], input[1]]).count
    return Step(
      kind: kind, planes: planes, vertical: vertical, horizontal: horizontal, outputs: [ValueForm(.float32, output)])
  }

  private func axis(_ index: Int, input: Int) throws(ShapeProblem) -> WindowAxis {
    if let window { return try window.axis(index, input: input) }
    guard
      let axis = WindowAxis(
        input: input, output: 1, kernel: input, stride: 1, dilation: 1, padBegin: 0, padEnd: 0)
    else { throw .mismatch(expected: "planes that are not empty", found: "\(input)") }
    return axis
  }

  private struct Step: ScheduledStep {
    let kind: Workspace.Window
    let planes: Int
    let vertical: WindowAxis
    let horizontal: WindowAxis
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.pool(
        kind, planes: planes, vertical: vertical, horizontal: horizontal,
        input: operands.inputs[0], output: operands.outputs[0])
    }
  }
}
