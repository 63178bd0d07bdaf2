internal import CPressKernels
public import PressTensor

/// Which scale and zero point an element of a tensor (outer, middle, inner) has.
public struct ScalingLayout: Sendable, Hashable {
  let outer: Int
  let middle: Int
  let inner: Int
  let block: Int
  let outerStride: Int
  let blockStride: Int
  let innerStep: Int

  /// The elements.
  public var count: Int { outer * middle * inner }
  /// The number of scales.
  public let scaleCount: Int

  /// One scale for all of `count` elements.
  public init(single count: Int) {
    outer = 1
    middle = 1
    inner = count
    block = 1
    (outerStride, blockStride, innerStep) = (0, 0, 0)
    scaleCount = 1
  }

  /// One scale for each index of the middle axis.
  public init(outer: Int, axis: Int, inner: Int) {
    self.outer = outer
    (middle, self.inner) = inner == 1 ? (1, axis) : (axis, inner)
    block = 1
    outerStride = 0
    (blockStride, innerStep) = inner == 1 ? (0, 1) : (1, 0)
    scaleCount = axis
  }

  /// One scale for each `block` elements along the middle axis, at each index of the others.
  public init(outer: Int, axis: Int, inner: Int, block: Int) {
    let blocks = (axis + block - 1) / block
    self.outer = outer
    middle = axis
    self.inner = inner
    self.block = block
    outerStride = blocks * inner
    (blockStride, innerStep) = inner == 1 ? (1, 0) : (inner, 1)
    scaleCount = outer * blocks * inner
  }

  func view(_ scales: FloatBuffer, _ zeros: AlignedBuffer<Int32>) -> press_scaling {
    precondition(
      scales.count == scaleCount && zeros.count == scaleCount, "a scale for each block")
    return unsafe press_scaling(
      outer: outer, middle: middle, inner: inner, block: block, outer_stride: outerStride,
      block_stride: blockStride, inner_step: innerStep, scales: scales.pointer,
      zeros: zeros.pointer)
  }
}

extension Workspace {
  /// output = round(input / scale) + zero point, forced into the range of an 8-bit or 16-bit type.
  ///
  /// The input is float32, float16, bfloat16 or int32; quotients are rounded to `precision` first.
  public mutating func quantize(
    _ layout: ScalingLayout, scales: FloatBuffer, zeros: AlignedBuffer<Int32>, from: ElementType,
    precision: ElementType = .float32, to: ElementType, input: Operand, output: ArenaSlice
  ) {
    let (from, to) = (from.checkedKernelType(), to.checkedKernelType())
    checkApart(output, input)
    let x = unsafe elements(input, count: layout.count, width: from.width)
    let y = unsafe elements(output, count: layout.count, width: to.width)
    var team = unsafe team
    var view = unsafe layout.view(scales, zeros)
    let divided = precision.checkedKernelType().type
    unsafe press_quantize(&team, &view, from.type, divided, to.type, x, y)
    extendLifetime((scales, zeros))
    extendLifetime(input)
  }

  /// output = (input - zero point) * scale, in float32, float16 or bfloat16.
  ///
  /// The input is an integer of 8 or 16 bits, or int32.
  public mutating func dequantize(
    _ layout: ScalingLayout, scales: FloatBuffer, zeros: AlignedBuffer<Int32>, from: ElementType,
    to: ElementType, input: Operand, output: ArenaSlice
  ) {
    let (from, to) = (from.checkedKernelType(), to.checkedKernelType())
    checkApart(output, input)
    let x = unsafe elements(input, count: layout.count, width: from.width)
    let y = unsafe elements(output, count: layout.count, width: to.width)
    var team = unsafe team
    var view = unsafe layout.view(scales, zeros)
    unsafe press_dequantize(&team, &view, from.type, to.type, x, y)
    extendLifetime((scales, zeros))
    extendLifetime(input)
  }

  /// The smallest and largest of 0 and an operand's floats; what is not a number is passed over.
  public func extremes(of input: Operand) -> (smallest: Float, largest: Float) {
    let count = input.byteCount / 4
    let x = unsafe self.input(input, count: count)
    var team = unsafe team
    var found: [Float] = [0, 0]
    unsafe press_extremes(&team, count, x, &found)
    extendLifetime(input)
    return (found[0], found[1])
  }
}
