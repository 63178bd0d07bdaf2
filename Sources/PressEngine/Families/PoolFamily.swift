internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The largest or mean element of windows over one to three spatial axes, channels last.
struct PoolFamily: StepFamily {
  let kind: Workspace.Window
  /// How windows move; `nil` for a single one over everything.
  let window: WindowAttributes?

  var kernel: String { kind == .maximum ? "pool, maximum" : "pool, average" }
  var layouts: LayoutRule { .channelsLast([0]) }

  static func planned(
    _ attributes: Pool, _ node: Node, _ context: PlanningContext
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
    let type = context.elementType(of: node.inputs[0])
    if attributes.kind == .max, node.outputs.count == 1, type == .int8 || type == .uint8 {
      return PlannedStep(BytePoolFamily(window: window, isSigned: type == .int8), node)
    }
    if attributes.kind == .max, node.outputs.count > 1 || ![nil, .float32].contains(type) {
      let family = MaxPoolFamily(
        window: window, givesPlaces: node.outputs.count > 1,
        isColumnMajor: attributes.storageOrder)
      return PlannedStep(family, node)
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
    let input = inputs[0].shape
    guard input.rank > 2 else { throw .mismatch(expected: "NxCx...", found: "\(input)") }
    let axes: [WindowAxis]
    if let window {
      axes = try window.axes(input)
    } else {
      // All positions are one row.
      let positions = try makeShape(Array(input.dimensions[2...])).count
      guard
        let axis = WindowAxis(
          input: positions, output: 1, kernel: positions, stride: 1, dilation: 1, padBegin: 0,
          padEnd: 0)
      else { throw .mismatch(expected: "planes that are not empty", found: "\(input)") }
      axes = [axis]
    }
    let spatial = window == nil ? input.dimensions[2...].map { _ in 1 } : axes.map(\.output)
    let output = try makeShape(Array(input.dimensions[..<2]) + spatial)
    return Step(
      kind: kind, images: input.dimensions[0], axes: axes, channels: input.dimensions[1],
      outputs: [ValueForm(.float32, output, .channelsLast)])
  }

  private struct Step: ScheduledStep {
    let kind: Workspace.Window
    let images: Int
    let axes: [WindowAxis]
    let channels: Int
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.poolChannelsLast(
        kind, images: images, axes: axes, channels: channels, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}

/// The largest elements of windows in planes, and on demand the places they come from.
struct MaxPoolFamily: StepFamily {
  let window: WindowAttributes
  let givesPlaces: Bool
  let isColumnMajor: Bool

  var kernel: String { "pool, maximum of planes" }

  func missing(for types: [ElementType?]) -> String? {
    accepted(types, [.float32, .float64, .int8, .uint8])
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    let axes = try window.axes(input.shape)
    let leading = Array(input.shape.dimensions[..<2])
    let shape = try makeShape(leading + axes.map(\.output))
    var outputs = [ValueForm(input.elementType, shape)]
    if givesPlaces { outputs.append(ValueForm(.int64, shape)) }
    return Step(
      family: self, planes: try makeShape(leading).count, axes: axes, outputs: outputs)
  }

  private struct Step: ScheduledStep {
    let family: MaxPoolFamily
    let planes: Int
    let axes: [WindowAxis]
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.poolBlocks(
        .maximum, type: outputs[0].elementType, planes: planes, axes: axes,
        input: operands.inputs[0], output: operands.outputs[0],
        indices: family.givesPlaces ? operands.outputs[1] : nil,
        columnMajor: family.isColumnMajor)
    }
  }
}
