internal import CPressKernels

/// A window that moves over one axis: sizes in elements.
public struct WindowAxis: Hashable, Sendable {
  /// The largest size, stride, dilation or padding of a window.
  public static let maximum = 1 << 30

  /// The elements of the input.
  public let input: Int
  /// The positions of the window.
  public let output: Int
  /// The elements of the window.
  public let kernel: Int
  /// The step between positions.
  public let stride: Int
  /// The step between the window's elements.
  public let dilation: Int
  /// The padding before the input.
  public let padBegin: Int
  /// The padding behind the input.
  public let padEnd: Int

  /// An axis from its parts; `nil` if one is out of range.
  public init?(
    input: Int, output: Int, kernel: Int, stride: Int, dilation: Int, padBegin: Int, padEnd: Int
  ) {
    let sizes = 0...WindowAxis.maximum
    guard sizes.contains(input), sizes.contains(output), sizes.contains(kernel), kernel > 0,
      sizes.contains(stride), stride > 0, sizes.contains(dilation), dilation > 0,
      sizes.contains(padBegin), sizes.contains(padEnd)
    else { return nil }
    self.input = input
    self.output = output
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
    self.padEnd = padEnd
  }

  var view: press_axis {
    press_axis(
      input: input, output: output, kernel: kernel, stride: stride, dilation: dilation,
      pad_begin: padBegin, pad_end: padEnd)
  }
}
