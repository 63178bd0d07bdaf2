/// How a window's padding is found.
public enum AutoPad: String, Sendable {
  /// From `pads`.
  case notSet = "NOTSET"
  /// So that the output has ceil(input / stride) positions, the odd element at the end.
  case sameUpper = "SAME_UPPER"
  /// The same, the odd element at the beginning.
  case sameLower = "SAME_LOWER"
  /// None.
  case valid = "VALID"
}

/// A convolution over any number of spatial axes; input (N, C, ...), weight (M, C/group, ...).
public struct Convolution: Sendable, Equatable, SingleOperator {
  static var type: String { "Conv" }
  /// How the padding is found.
  public var autoPad = AutoPad.notSet
  /// Steps between a window's elements, by spatial axis; `nil` is 1 everywhere.
  public var dilations: [Int]?
  /// The number of groups that channels fall into.
  public var group = 1
  /// The window, by spatial axis; `nil` is the weight's own.
  public var kernelShape: [Int]?
  /// Padding: every axis's begin, then every axis's end; `nil` is none.
  public var pads: [Int]?
  /// Steps between windows, by spatial axis; `nil` is 1 everywhere.
  public var strides: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .word("auto_pad", \.autoPad), .ints("dilations", \.dilations), .int("group", \.group),
      .ints("kernel_shape", \.kernelShape), .ints("pads", \.pads), .ints("strides", \.strides),
    ]
  }
}

/// The transpose of a convolution; input (N, C, ...), weight (C, M/group, ...).
public struct ConvolutionTranspose: Sendable, Equatable, SingleOperator {
  static var type: String { "ConvTranspose" }
  /// How the padding is found.
  public var autoPad = AutoPad.notSet
  /// Steps between a window's elements, by spatial axis; `nil` is 1 everywhere.
  public var dilations: [Int]?
  /// The number of groups that channels fall into.
  public var group = 1
  /// The window, by spatial axis; `nil` is the weight's own.
  public var kernelShape: [Int]?
  /// Elements added at the end of each spatial axis of the output; `nil` is none.
  public var outputPadding: [Int]?
  /// The output's spatial sizes, from which the padding follows; `nil` where padding is given.
  public var outputShape: [Int]?
  /// Padding: every axis's begin, then every axis's end; `nil` is none.
  public var pads: [Int]?
  /// Steps between windows, by spatial axis; `nil` is 1 everywhere.
  public var strides: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .word("auto_pad", \.autoPad), .ints("dilations", \.dilations), .int("group", \.group),
      .ints("kernel_shape", \.kernelShape), .ints("output_padding", \.outputPadding),
      .ints("output_shape", \.outputShape), .ints("pads", \.pads), .ints("strides", \.strides),
    ]
  }
}
