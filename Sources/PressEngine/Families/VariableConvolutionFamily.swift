internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A convolution whose weight or bias is computed by the network: packed in every run.
struct VariableConvolutionFamily: StepFamily {
  let attributes: Convolution

  var kernel: String { "convolution, direct" }
  var reason: String { "packed in every run: the weight is no constant" }
  var layouts: LayoutRule { .channelsLast([0]) }

  init(_ attributes: Convolution) {
    self.attributes = attributes
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0].shape
    let weight = try inputs.required(1).shape
    let window: WindowAttributes
    do {
      window = try WindowAttributes(attributes, weight: weight)
    } catch {
      throw ShapeProblem(error)
    }
    let axes = try window.axes(input)
    let shape = weight.dimensions
    guard input.dimensions[1] == attributes.group * shape[1] else {
      throw .mismatch(expected: "\(attributes.group * shape[1]) channels", found: "\(input)")
    }
    if inputs.has(2), inputs[2].shape.dimensions != [shape[0]] {
      throw .mismatch(expected: "a bias of \(shape[0]) elements", found: "\(inputs[2].shape)")
    }
    let output = try makeShape([input.dimensions[0], shape[0]] + axes.map(\.output))
    let layout = DenseConvolutionLayout(
      images: input.dimensions[0], groups: attributes.group, channels: shape[1], rows: shape[0],
      axes: axes, algorithm: .direct)
    guard let layout else { throw .overflow }
    return Step(
      layout: layout, kernel: Array(shape[2...]), hasBias: inputs.has(2),
      outputs: [ValueForm(.float32, output, .channelsLast)])
  }

  private struct Step: ScheduledStep {
    let layout: DenseConvolutionLayout
    let kernel: [Int]
    let hasBias: Bool
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }
    var threadBytes: Int { layout.threadScratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let weight = PackedConvolution(
        workspace.floats(operands.inputs[1]), rows: layout.rows, channels: layout.channels,
        kernel: kernel, groups: layout.groups, algorithm: .direct)
      let bias = hasBias ? workspace.floats(operands.inputs[2]) : nil
      workspace.convolve(
        weight, epilogue: Epilogue(bias: bias), layout: layout, input: operands.inputs[0],
        output: operands.outputs[0], scratch: operands.scratch)
    }
  }
}

extension Workspace {
  /// A copy of an operand of floats.
  func floats(_ operand: Operand) -> FloatBuffer {
    read(operand, as: Float.self) { elements in
      FloatBuffer(count: elements.count) { target in
        for index in 0..<elements.count { target[index] = elements[index] }
      }
    }
  }
}

extension ShapeProblem {
  /// What planning would have said of constants, said of shapes.
  init(_ problem: PlanningProblem) {
    switch problem {
    case .unsupported(let missing): self = .unsupported(missing)
    case .mismatch(let expected, let found): self = .mismatch(expected: expected, found: found)
    case .weight(let name, let error): self = .unsupported("weight '\(name)': \(error)")
    case .memory: self = .overflow
    }
  }
}
