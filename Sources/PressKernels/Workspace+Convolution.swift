internal import CPressKernels
private import PressTensor

/// A two-dimensional convolution of planes with a sparse weight, for one input shape: what its
/// kernel needs besides the weight.
public struct ConvolutionLayout: Sendable {
  /// The number of images.
  public let images: Int
  /// The number of groups that the channels fall into.
  public let groups: Int
  /// Input channels of a group.
  public let channels: Int
  /// The window's rows.
  public let vertical: WindowAxis
  /// The window's columns.
  public let horizontal: WindowAxis
  /// The bytes of scratch memory that running it needs.
  public let scratchBytes: Int
  private let stagedImages: Int
  private let offsets: AlignedBuffer<UInt32>

  /// Images are staged together up to about this many bytes.
  private static let stagedBytes = 1 << 18

  /// Lays out a convolution; `nil` if an image's staged planes are 2^32 elements or more.
  public init?(
    images: Int, groups: Int, channels: Int, vertical: WindowAxis, horizontal: WindowAxis
  ) {
    var axes = (vertical.view, horizontal.view)
    let factors = unsafe [
      press_axis_phases(&axes.0), press_axis_phases(&axes.1), press_axis_extent(&axes.0),
      press_axis_extent(&axes.1), channels, groups,
    ]
    guard let staged = try? Shape(factors).count, staged < Int(UInt32.max) else { return nil }
    self.images = images
    self.groups = groups
    self.channels = channels
    self.vertical = vertical
    self.horizontal = horizontal
    stagedImages = max(1, min(images, Self.stagedBytes / max(1, staged * 4)))
    scratchBytes = (stagedImages * staged + Int(PRESS_LANES)) * 4
    var convolution = unsafe press_convolution()
    unsafe convolution.groups = groups
    unsafe convolution.channels = channels
    unsafe convolution.vertical = axes.0
    unsafe convolution.horizontal = axes.1
    offsets = AlignedBuffer(count: channels * vertical.kernel * horizontal.kernel) { span in
      unsafe span.withUnsafeMutableBufferPointer {
        unsafe press_stage_offsets(&convolution, $0.baseAddress)
      }
    }
  }

  /// The weight's columns: inputs that an output element sums over.
  public var columns: Int { offsets.count }

  /// The layout as C sees it; the offsets must outlive its use.
  var view: press_convolution {
    unsafe press_convolution(
      images: images, groups: groups, channels: channels, vertical: vertical.view,
      horizontal: horizontal.view, offsets: offsets.pointer, staged_images: stagedImages)
  }
}

extension Workspace {
  /// output (images, weight rows, ...) = the input (images, groups * channels, ...) convolved.
  public mutating func convolve(
    _ weight: PackedMatrix, bias: FloatBuffer?, layout: ConvolutionLayout, input: Operand,
    output: ArenaSlice, scratch: ArenaSlice
  ) {
    precondition(weight.isSparse, "planes are convolved with sparse weights")
    precondition(weight.columns == layout.columns && weight.rows % max(layout.groups, 1) == 0)
    precondition(bias.map { $0.count == weight.rows } ?? true, "one bias for each row")
    checkApart(output, input)
    checkApart(scratch, input)
    precondition(!scratch.overlaps(output), "scratch memory is apart from the output")
    let (v, h) = (layout.vertical, layout.horizontal)
    let x = unsafe self.input(
      input, count: layout.images * layout.groups * layout.channels * v.input * h.input)
    let y = unsafe self.output(output, count: layout.images * weight.rows * v.output * h.output)
    let room = unsafe self.scratch(scratch, count: layout.scratchBytes / 4)
    var team = unsafe team(threadFloats: weight.threadFloats)
    var matrix = unsafe weight.view
    var view = unsafe layout.view
    unsafe press_convolve(&team, &view, &matrix, bias?.pointer, x, y, room)
    extendLifetime(weight)
    extendLifetime(layout)
    extendLifetime(bias)
    extendLifetime(input)
  }
}
