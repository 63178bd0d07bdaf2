internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A dense convolution with constant weight (rows, channels, spatial axes...), channels last.
struct ConvolutionFamily: StepFamily {
  let weight: PackedConvolution
  let bias: FloatBuffer?
  let reason: String
  let window: WindowAttributes
  let activation: Epilogue.Activation

  var kernel: String {
    switch weight.algorithm {
    case .direct: weight.codes.map { "convolution, direct, \($0)" } ?? "convolution, direct"
    case .depthwise: "convolution, depthwise"
    case .winograd2: "convolution, Winograd F(2x2, 3x3)"
    case .winograd4: "convolution, Winograd F(4x4, 3x3)"
    }
  }
  var weightBytes: Int { weight.byteCount + (bias?.byteCount ?? 0) }
  var layouts: LayoutRule { .channelsLast([0, 1]) }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  /// A convolution by a constant weight, or by one that is an operand.
  static func planned(
    _ attributes: Convolution, _ unit: PlannedUnit, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let node = unit.node
    guard context.isConstant(node, 1), !context.hasInput(node, 2) || context.isConstant(node, 2)
    else { return PlannedStep(VariableConvolutionFamily(attributes), node) }
    let weight = try context.requiredWeight(node, 1, "a weight")
    let shape = weight.shape.dimensions
    let window = try WindowAttributes(attributes, weight: weight.shape)
    let (loaded, reason) = try context.layerWeight(weight, allowsSparse: shape.count == 4)
    let bias = try context.convolutionBias(node, rows: shape[0], unit.tail)
    let operands = [node.inputs[0]] + (unit.tail.residual.map { [$0] } ?? [])
    if loaded.isSparse {
      let matrix = try context.matrix(
        loaded, of: weight, rows: shape[0], columns: shape[1...].reduce(1, *), isTransposed: false,
        rowScale: unit.tail.scale)
      let family = SparseConvolutionFamily(
        weight: matrix, bias: bias, reason: context.reason(reason, matrix),
        groups: attributes.group, channels: shape[1],
        window: window, activation: unit.tail.activation)
      return PlannedStep(family, operands: operands)
    }
    let choice = context.algorithm(
      window, input: node.inputs[0], groups: attributes.group, weight: weight.shape)
    let packed = try context.packed(
      loaded, weight, groups: attributes.group, algorithm: choice.algorithm,
      rowScale: unit.tail.scale)
    let form = loaded.isKept && packed.codes == nil ? "decoded" : reason
    let family = ConvolutionFamily(
      weight: packed, bias: bias, reason: "\(form); \(choice.reason)", window: window,
      activation: unit.tail.activation)
    return PlannedStep(family, operands: operands)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    let all = weight.groups * weight.channels
    guard input.rank == weight.kernel.count + 2, input.dimensions[1] == all else {
      let axes = ["", "", "W", "HxW", "DxHxW"][weight.kernel.count + 1]
      throw .mismatch(expected: "Nx\(all)x\(axes)", found: "\(input)")
    }
    let axes = try window.axes(input)
    let output = try makeShape([input.dimensions[0], weight.rows] + axes.map(\.output))
    try inputs.checkResidual(output)
    let layout = DenseConvolutionLayout(
      images: input.dimensions[0], groups: weight.groups, channels: weight.channels,
      rows: weight.rows, axes: axes, algorithm: weight.algorithm)
    guard let layout else { throw .overflow }
    return Step(
      family: self, layout: layout, outputs: [ValueForm(.float32, output, .channelsLast)])
  }

  private struct Step: ScheduledStep {
    let family: ConvolutionFamily
    let layout: DenseConvolutionLayout
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }
    var threadBytes: Int { max(layout.threadScratchBytes, family.weight.threadBytes) }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let epilogue = Epilogue(
        bias: family.bias, residual: operands.inputs.count > 1 ? operands.inputs[1] : nil,
        activation: family.activation)
      workspace.convolve(
        family.weight, epilogue: epilogue, layout: layout, input: operands.inputs[0],
        output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}

extension PlanningContext {
  /// A dense weight packed for its convolution.
  mutating func packed(
    _ loaded: LayerWeight, _ weight: Weight, groups: Int, algorithm: ConvolutionAlgorithm,
    rowScale: [Float]?
  ) throws(PlanningProblem) -> PackedConvolution {
    let shape = weight.shape.dimensions
    if case .coded(let coded, isKept: true) = loaded, algorithm == .direct {
      let layout = CodedPanels.Layout(
        rows: shape[0], groups: groups, taps: shape[2...].reduce(1, *), channels: shape[1])
      let codes = try panels(coded, layout, rowScale: rowScale)
      return PackedConvolution(codes, kernel: Array(shape[2...]))
    }
    let factors = algorithm.factors(taps: shape[2...].reduce(1, *))
    try reserve(weight.shape.count / shape[2...].reduce(1, *), elementBytes: 4 * factors)
    let elements: FloatBuffer =
      switch loaded {
      case .dense(let elements): elements
      case .uniform(let element):
        FloatBuffer([Float](repeating: element, count: weight.shape.count))
      case .coded: try self.elements(of: weight)
      case .sparse, .compact: throw .unsupported("a sparse weight")
      }
    return PackedConvolution(
      elements, rows: shape[0], channels: shape[1], kernel: Array(shape[2...]), groups: groups,
      algorithm: algorithm, rowScale: rowScale.map { FloatBuffer($0) })
  }

  /// How a dense convolution is computed: by the size of its input, as far as that is declared.
  func algorithm(
    _ window: WindowAttributes, input: String, groups: Int, weight: Shape
  ) -> (algorithm: ConvolutionAlgorithm, reason: String) {
    let sizes = shapes?.dimensions(of: input) ?? []
    let axes = window.kernel.indices.compactMap { axis -> WindowAxis? in
      if axis + 2 < sizes.count, case .known(let size) = sizes[axis + 2] {
        return try? window.axis(axis, input: size)
      }
      return try? window.axis(axis, input: PlanningContext.assumedSize)
    }
    let (rows, channels) = (weight.dimensions[0], weight.dimensions[1])
    guard axes.count == window.kernel.count else { return (.direct, "of an unknown size") }
    let choice = ConvolutionAlgorithm.fastest(
      channels: channels, rows: rows, groups: groups, axes: axes,
      keepsWeights: floatCount < PlanningContext.cachedFloats)
    if options.prefer == .memory, choice.algorithm != .depthwise {
      return (.direct, "the smallest weight")
    }
    return choice
  }

  /// The size of an axis that a model leaves open.
  private static let assumedSize = 32
  /// Networks of fewer floats keep their weights in a processor's last cache.
  private static let cachedFloats = 1 << 22

  /// A convolution's constant bias under what follows it.
  mutating func convolutionBias(
    _ node: Node, rows: Int, _ tail: Tail
  ) throws(PlanningProblem) -> FloatBuffer? {
    guard let bias = try weight(node, 2, "a bias") else { return tail.bias(nil, rows: rows) }
    guard bias.shape.dimensions == [rows] else {
      throw .mismatch(expected: "a bias of \(rows) elements", found: "\(bias.shape)")
    }
    return tail.bias(try elements(of: bias), rows: rows)
  }
}

extension WindowAttributes {
  /// The windows of a convolution whose weight is (rows, channels, spatial axes...).
  init(_ attributes: Convolution, weight: Shape) throws(PlanningProblem) {
    let shape = weight.dimensions
    guard shape.count > 2 else { throw .unsupported("no spatial axes") }
    guard weight.count > 0 else { throw .unsupported("an empty weight") }
    guard attributes.group > 0, shape[0] % attributes.group == 0 else {
      throw .mismatch(
        expected: "output channels that \(attributes.group) groups divide", found: "\(shape[0])")
    }
    let (_, overflow) = attributes.group.multipliedReportingOverflow(by: shape[1])
    guard !overflow else { throw .memory(needed: nil) }
    guard attributes.kernelShape.map({ $0 == Array(shape[2...]) }) ?? true else {
      throw .mismatch(
        expected: "kernel_shape \(shape[2...])", found: "\(attributes.kernelShape ?? [])")
    }
    try self.init(
      kernel: Array(shape[2...]), strides: attributes.strides, dilations: attributes.dilations,
      pads: attributes.pads, autoPad: attributes.autoPad)
  }
}
