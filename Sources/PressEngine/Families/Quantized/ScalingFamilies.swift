internal import PressGraph
internal import PressKernels
internal import PressTensor

extension ScalingLayout {
  /// Which of a tensor's elements share a scale: all; those of an index of `axis`; or those of a
  /// block of `blockSize` along it, at the same place along all others.
  init(
    _ input: StepInput, scale: StepInput, axis: Int, blockSize: Int
  ) throws(ShapeProblem) {
    let (shape, sizes) = (input.shape, scale.shape.dimensions)
    if sizes.count < 2, scale.shape.count == 1, blockSize == 0 {
      self.init(single: shape.count)
      return
    }
    let index = axis < 0 ? axis + shape.rank : axis
    guard index >= 0, index < shape.rank else {
      throw .mismatch(expected: "an axis \(axis)", found: "\(shape)")
    }
    let place = input.layout.place(of: index, rank: shape.rank)
    let physical = input.form.physicalDimensions
    let outer = try makeShape(Array(physical[..<place])).count
    let inner = try makeShape(Array(physical[(place + 1)...])).count
    if blockSize == 0 {
      guard sizes == [shape.dimensions[index]] else {
        throw .mismatch(
          expected: "a scale of \(shape.dimensions[index]) elements", found: "\(scale.shape)")
      }
      self.init(outer: outer, axis: shape.dimensions[index], inner: inner)
      return
    }
    var expected = shape.dimensions
    guard blockSize > 0 else { throw .mismatch(expected: "a block_size", found: "\(blockSize)") }
    // No block is longer than its axis.
    let block = min(blockSize, max(expected[index], 1))
    expected[index] = (expected[index] + block - 1) / block
    guard sizes == expected else {
      throw .mismatch(expected: "a scale of shape \(expected)", found: "\(scale.shape)")
    }
    self.init(outer: outer, axis: shape.dimensions[index], inner: inner, block: block)
  }
}

/// What scaling to integers and back have in common.
private struct Scaling: Sendable {
  let layout: ScalingLayout
  let scaleType: ElementType
  let zeroType: ElementType?

  init(
    _ inputs: [StepInput], integers: ElementType, axis: Int, blockSize: Int
  ) throws(ShapeProblem) {
    let scale = try inputs.required(1)
    layout = try ScalingLayout(inputs[0], scale: scale, axis: axis, blockSize: blockSize)
    scaleType = scale.elementType
    zeroType = inputs.has(2) ? inputs[2].elementType : nil
    guard zeroType ?? integers == integers else {
      throw .mismatch(
        expected: "a zero point of type \(integers.name)", found: inputs[2].elementType.name)
    }
    if inputs.has(2) { try inputs[2].expectCount([layout.scaleCount], "a zero point") }
  }

  /// Scales and zero points of a run.
  func values(
    _ operands: StepOperands, _ workspace: borrowing Workspace
  ) -> (scales: FloatBuffer, zeros: AlignedBuffer<Int32>) {
    let scales = workspace.bytes(of: operands.inputs[1])
    let numbers = scaleType.numbers(in: scales.rawSpan)
    guard let zeroType else {
      return (FloatBuffer(numbers), AlignedBuffer(count: layout.scaleCount) { _ in })
    }
    let zeros = workspace.bytes(of: operands.inputs[2])
    return (FloatBuffer(numbers), AlignedBuffer(zeroType.words(in: zeros.rawSpan)))
  }
}

private let halvesAndFloats: Set<ElementType> = [.float32, .float16, .bfloat16]
private let narrowIntegers: Set<ElementType> = [.int8, .uint8, .int16, .uint16]

/// Integers of 8 or 16 bits out of numbers divided by scales.
struct QuantizeFamily: StepFamily {
  let attributes: QuantizeLinear

  var kernel: String { "quantize" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? {
    accepted(Array(types.prefix(1)), halvesAndFloats.union([.int32]))
      ?? accepted(Array(types.dropFirst().prefix(1)), halvesAndFloats)
      ?? accepted(Array(types.dropFirst(2)) + [attributes.outputType], narrowIntegers)
      ?? accepted([attributes.precision], halvesAndFloats)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let type = attributes.outputType ?? (inputs.has(2) ? inputs[2].elementType : .uint8)
    let scaling = try Scaling(
      inputs, integers: type, axis: attributes.axis, blockSize: attributes.blockSize)
    return Step(
      scaling: scaling, type: inputs[0].elementType,
      precision: attributes.precision ?? scaling.scaleType,
      outputs: [ValueForm(type, inputs[0].shape, inputs[0].layout)])
  }

  private struct Step: ScheduledStep {
    let scaling: Scaling
    let type: ElementType
    let precision: ElementType
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (scales, zeros) = scaling.values(operands, workspace)
      workspace.quantize(
        scaling.layout, scales: scales, zeros: zeros, from: type, precision: precision,
        to: outputs[0].elementType, input: operands.inputs[0], output: operands.outputs[0])
    }
  }
}

/// Numbers out of integers of 8, 16 or 32 bits times scales.
struct DequantizeFamily: StepFamily {
  let attributes: DequantizeLinear

  var kernel: String { "dequantize" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? {
    let integers = narrowIntegers.union([.int32])
    return accepted(Array(types.prefix(1)) + types.dropFirst(2), integers)
      ?? accepted(Array(types.dropFirst().prefix(1)) + [attributes.outputType], halvesAndFloats)
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let scaling = try Scaling(
      inputs, integers: inputs[0].elementType, axis: attributes.axis,
      blockSize: attributes.blockSize)
    let type = attributes.outputType ?? scaling.scaleType
    return Step(
      scaling: scaling, type: inputs[0].elementType,
      outputs: [ValueForm(type, inputs[0].shape, inputs[0].layout)])
  }

  private struct Step: ScheduledStep {
    let scaling: Scaling
    let type: ElementType
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (scales, zeros) = scaling.values(operands, workspace)
      workspace.dequantize(
        scaling.layout, scales: scales, zeros: zeros, from: type, to: outputs[0].elementType,
        input: operands.inputs[0], output: operands.outputs[0])
    }
  }
}
