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
public struct Convolution: OperationAttributes {
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

  public static var fields: [AttributeField<Self>] {
    [
      .word("auto_pad", \.autoPad), .ints("dilations", \.dilations), .int("group", \.group),
      .ints("kernel_shape", \.kernelShape), .ints("pads", \.pads), .ints("strides", \.strides),
    ]
  }
}
