internal import CPressKernels
private import PressTensor

/// A dense convolution of channels-last values for one input shape: what its kernel needs besides
/// the weight.
///
/// The input is (images, spatial axes..., groups * channels), the output (images, spatial axes...,
/// rows).
public struct DenseConvolutionLayout: Sendable {
  /// The number of images.
  public let images: Int
  /// The number of groups that the channels fall into.
  public let groups: Int
  /// Input channels of a group.
  public let channels: Int
  /// Output channels of all groups together.
  public let rows: Int
  /// One to three spatial axes, outermost first.
  public let axes: [WindowAxis]
  /// How it is computed.
  public let algorithm: ConvolutionAlgorithm
  /// The bytes of scratch memory that running it needs.
  public let scratchBytes: Int
  /// The bytes of scratch memory that each thread of a workspace takes for itself when it runs.
  public let threadScratchBytes: Int
  /// The floats of the input and of the output.
  let inputCount: Int
  let outputCount: Int
  private let stagedImages: Int
  private let offsets: AlignedBuffer<UInt32>
  private let threeAxes: AlignedBuffer<press_axis>

  /// Images are staged together up to about this many bytes.
  private static let stagedBytes = 1 << 20

  /// Lays out a convolution; `nil` if a size overflows, an image's padded input is 2^32 elements or
  /// more, or the algorithm can't compute it.
  public init?(
    images: Int, groups: Int, channels: Int, rows: Int, axes: [WindowAxis],
    algorithm: ConvolutionAlgorithm
  ) {
    guard (1...3).contains(axes.count), images >= 0, groups > 0, channels >= 0, rows >= 0,
      rows % groups == 0, algorithm.suits(axes),
      algorithm.suits(channels: channels, rows: rows, groups: groups, kernel: axes.map(\.kernel))
    else { return nil }
    let reaches = axes.map {
      max($0.input, ($0.output - 1) * $0.stride + ($0.kernel - 1) * $0.dilation + 1)
    }
    guard let image = try? Shape([groups, channels] + reaches).count, image < Int(UInt32.max),
      let inputs = try? Shape([images, groups, channels] + axes.map(\.input)).count,
      let outputs = try? Shape([images, rows] + axes.map(\.output)).count,
      let columns = try? Shape([channels] + axes.map(\.kernel)).count, columns < Int(UInt32.max)
    else { return nil }
    self.images = images
    self.groups = groups
    self.channels = channels
    self.rows = rows
    self.axes = axes
    self.algorithm = algorithm
    inputCount = inputs
    outputCount = outputs
    let unit = press_axis(
      input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0, pad_end: 0)
    let padded = [press_axis](repeating: unit, count: 3 - axes.count) + axes.map(\.view)
    threeAxes = AlignedBuffer(padded)
    var view = unsafe press_dense_convolution()
    unsafe view.groups = groups
    unsafe view.channels = channels
    unsafe view.axes = threeAxes.pointer
    unsafe view.algorithm = algorithm.view
    unsafe view.images = images
    unsafe view.rows = rows
    unsafe view.staged_images = 1
    let one = unsafe press_dense_scratch(&view)
    let staged = max(1, min(images, Self.stagedBytes / max(1, one * 4)))
    unsafe view.staged_images = staged
    scratchBytes = unsafe press_dense_scratch(&view) * 4
    threadScratchBytes = unsafe press_dense_thread_scratch(&view) * 4
    stagedImages = staged
    offsets = AlignedBuffer(count: algorithm == .direct ? columns : 0) { span in
      guard algorithm == .direct else { return }
      unsafe span.withUnsafeMutableBufferPointer {
        unsafe press_dense_offsets(&view, $0.baseAddress)
      }
    }
    extendLifetime(threeAxes)
  }

  /// The layout as C sees it; its buffers must outlive its use.
  var view: press_dense_convolution {
    unsafe press_dense_convolution(
      images: images, groups: groups, channels: channels, rows: rows, axes: threeAxes.pointer,
      algorithm: algorithm.view, offsets: offsets.pointer, staged_images: stagedImages,
      coded: press_coded())
  }

  /// Checks that a weight is this layout's.
  func check(_ weight: PackedConvolution) {
    precondition(
      weight.rows == rows && weight.channels == channels && weight.groups == groups
        && weight.kernel == axes.map(\.kernel) && weight.algorithm == algorithm,
      "a weight is packed for its layout")
  }
}

extension Workspace {
  /// output (images, axes..., rows) = activation(the input (images, axes..., groups * channels)
  /// convolved + bias + residual).
  ///
  /// A residual has the output's shape.
  public mutating func convolve(
    _ weight: PackedConvolution, epilogue: Epilogue = Epilogue(), layout: DenseConvolutionLayout,
    input: Operand, output: ArenaSlice, scratch: ArenaSlice
  ) {
    layout.check(weight)
    checkApart(output, input)
    checkApart(scratch, input)
    if let residual = epilogue.residual { checkApart(scratch, residual) }
    precondition(!scratch.overlaps(output), "scratch memory is apart from the output")
    let x = unsafe self.input(input, count: layout.inputCount)
    let y = unsafe self.output(output, count: layout.outputCount)
    let room = unsafe self.scratch(scratch, count: layout.scratchBytes / 4)
    var end = unsafe self.view(
      epilogue, channels: layout.rows, residualCount: layout.outputCount, output: output)
    var team = unsafe team(
      threadFloats: max(layout.threadScratchBytes, weight.threadBytes) / 4)
    var view = unsafe layout.view
    if let coded = weight.coded { unsafe view.coded = coded.view }
    unsafe press_convolve_dense(&team, &view, weight.elements.pointer, &end, x, y, room)
    extendLifetime(weight)
    extendLifetime(layout)
    extendLifetime(epilogue)
    extendLifetime(input)
  }
}
