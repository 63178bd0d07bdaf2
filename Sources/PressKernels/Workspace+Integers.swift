internal import CPressKernels

/// A convolution of 8-bit integers for one input shape; a matrix product has no axes, and rows for
/// images.
public struct IntegerLayout: Sendable {
  /// The number of images.
  public let images: Int
  /// Input channels of a group.
  public let channels: Int
  /// The window along up to three spatial axes.
  public let axes: [WindowAxis]
  /// The bytes of scratch memory that running it needs.
  public let scratchBytes: Int
  private let groups: Int
  private let columns: Int
  private let run: Int

  /// Lays out a convolution; `nil` if there are more axes than three, or sizes overflow.
  public init?(images: Int, groups: Int = 1, channels: Int, columns: Int, axes: [WindowAxis]) {
    guard axes.count <= Int(PRESS_SPATIAL_AXES) else { return nil }
    self.images = images
    self.channels = channels
    self.axes = axes
    self.groups = groups
    self.columns = columns
    var layer = unsafe press_integer_layer()
    unsafe IntegerLayout.fill(&layer, images, groups, channels, columns, axes)
    let bytes = unsafe press_integer_scratch(&layer)
    guard bytes <= Int.max / 2 else { return nil }
    scratchBytes = Int(bytes)
    run = unsafe press_integer_run(&layer)
  }

  /// The elements of x and of y.
  var counts: (x: Int, y: Int) {
    let input = axes.reduce(images * groups * channels) { $0 * $1.input }
    return (input, axes.reduce(images * groups * columns) { $0 * $1.output })
  }

  var view: press_integer_layer {
    var layer = unsafe press_integer_layer()
    unsafe IntegerLayout.fill(&layer, images, groups, channels, columns, axes)
    return unsafe layer
  }

  private static func fill(
    _ layer: inout press_integer_layer, _ images: Int, _ groups: Int, _ channels: Int,
    _ columns: Int, _ axes: [WindowAxis]
  ) {
    unsafe layer.images = images
    unsafe layer.groups = groups
    unsafe layer.channels = channels
    unsafe layer.columns = columns
    let single = press_axis(
      input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0, pad_end: 0)
    let missing = Int(PRESS_SPATIAL_AXES) - axes.count
    let all = [press_axis](repeating: single, count: missing) + axes.map(\.view)
    unsafe layer.axes = (all[0], all[1], all[2])
  }

  /// Whether a weight goes with the layout.
  func fits(_ weight: PackedIntegers) -> Bool {
    weight.groups == groups && weight.columns == columns
      && weight.depth == axes.reduce(channels) { $0 * $1.kernel } && weight.run == run
  }
}

/// What a product of integers needs besides its factors.
public struct IntegerTerms: Sendable {
  /// The input's zero point; or one for each image.
  public var inputZeros: [Int32]
  /// The weight's zero point for each output channel of all groups.
  public var weightZeros: [Int32]
  /// What is added to each output channel's sum.
  public var bias: [Int32]?
  /// What the sums are scaled to; `nil` where they are the result.
  public var result: IntegerResult?

  /// Terms of sums that are the result.
  public init(inputZeros: [Int32], weightZeros: [Int32]) {
    self.inputZeros = inputZeros
    self.weightZeros = weightZeros
  }
}

/// What becomes of the sums of a product of integers.
public struct IntegerResult: Sendable {
  /// Factors of the sums, by output channel.
  public var scales: [Float]
  /// Terms of the scaled sums, by output channel.
  public var offsets: [Float]?
  /// How the scaled sums are rounded to 8 bits; `nil` where they are the result, as float32.
  public var bytes: (zero: Int32, range: ClosedRange<Int32>)?

  /// Scaled sums, as float32.
  public init(scales: [Float], offsets: [Float]? = nil) {
    self.scales = scales
    self.offsets = offsets
  }

  /// Bytes that end where those of an int8 or uint8 do.
  public init(scales: [Float], zero: Int32, isSigned: Bool) {
    self.scales = scales
    bytes = (zero, isSigned ? -128...127 : 0...255)
  }

  func fits(channels: Int) -> Bool {
    scales.count == channels && offsets?.count ?? channels == channels
  }

  /// How far sums are shifted to the right for their scales, by output channel; `nil` unless the
  /// result is bytes, without offsets, and all scales are powers of two from 2^-31 to 1.
  public var shifts: [Int32]? {
    guard bytes != nil, offsets == nil else { return nil }
    var shifts: [Int32] = []
    for scale in scales {
      guard scale.isNormal, scale > 0, scale.significand == 1, (-31...0).contains(scale.exponent)
      else { return nil }
      shifts.append(Int32(-scale.exponent))
    }
    return shifts
  }

  static func view(
    _ bytes: (zero: Int32, range: ClosedRange<Int32>)?, _ scales: AlignedBuffer<Float>?,
    _ offsets: AlignedBuffer<Float>?, _ shifts: AlignedBuffer<Int32>?
  ) -> press_integer_result {
    unsafe press_integer_result(
      scales: scales?.pointer, offsets: offsets?.pointer, shifts: shifts?.pointer,
      zero: bytes?.zero ?? 0,
      lowest: bytes?.range.lowerBound ?? 0, highest: bytes?.range.upperBound ?? 0,
      is_float: bytes == nil)
  }
}

extension Workspace {
  /// output = the input (images, ..., channels) convolved, channels last, from element offsets on.
  ///
  /// The input is int8 or uint8; the output is what `terms.result` says, else int32.
  public mutating func convolveIntegers(
    _ weight: PackedIntegers, layout: IntegerLayout, terms: IntegerTerms, inputIsSigned: Bool,
    input: Operand, inputOffset: Int = 0, output: ArenaSlice, outputOffset: Int = 0,
    scratch: ArenaSlice
  ) {
    let width = terms.result?.bytes == nil ? 4 : 1
    let channels = weight.groups * weight.columns
    precondition(layout.fits(weight), "a weight goes with its layout")
    precondition(
      inputOffset >= 0 && input.byteCount - inputOffset >= layout.counts.x && outputOffset >= 0
        && output.byteCount / width - outputOffset >= layout.counts.y,
      "operands have the sizes that their layer expects")
    precondition(
      terms.weightZeros.count == channels && terms.bias?.count ?? channels == channels
        && terms.result?.fits(channels: channels) ?? true
        && [1, layout.images].contains(terms.inputZeros.count), "one term for each channel")
    precondition(scratch.byteCount >= layout.scratchBytes && !scratch.overlaps(output))
    checkApart(output, input)
    checkApart(scratch, input)
    let shift: Int32 = weight.isSigned ? 0 : 128
    let inputZeros = AlignedBuffer(terms.inputZeros)
    let weightZeros = AlignedBuffer(terms.weightZeros.map { $0 &- shift })
    let bias = terms.bias.map { AlignedBuffer($0) }
    let scales = terms.result.map { AlignedBuffer($0.scales) }
    let offsets = terms.result?.offsets.map { AlignedBuffer($0) }
    let shifts = terms.result?.shifts.map { AlignedBuffer($0) }
    var view = unsafe layout.view
    unsafe view.x = pointer(to: input)?.advanced(by: inputOffset)
      .assumingMemoryBound(to: UInt8.self)
    unsafe view.x_is_signed = inputIsSigned
    unsafe view.panels = weight.panels.pointer
    unsafe view.w_sums = weight.sums.pointer
    unsafe view.x_zeros = inputZeros.pointer
    unsafe view.x_zero_step = terms.inputZeros.count > 1 ? 1 : 0
    unsafe view.w_zeros = weightZeros.pointer
    unsafe view.bias = bias?.pointer
    unsafe view.result = IntegerResult.view(terms.result?.bytes, scales, offsets, shifts)
    unsafe view.y = arena.pointer(to: output) + outputOffset * width
    var team = unsafe team
    unsafe press_integer_convolve(&team, &view, arena.pointer(to: scratch))
    extendLifetime((weight, inputZeros, weightZeros, bias, scales, offsets, shifts))
    extendLifetime(input)
  }
}
