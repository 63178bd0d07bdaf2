public import PressTensor

/// `saturate(round(x / scale) + zero point)`; inputs x, scale, and optionally the zero point.
///
/// A scale is a scalar, a vector along `axis`, or of x's rank with blocks along `axis`.
public struct QuantizeLinear: Sendable, Equatable, SingleOperator {
  static var type: String { "QuantizeLinear" }
  static var firstOpset: Int { 10 }

  /// The axis that a vector of scales, or blocks, run along; negative counts from the end.
  public var axis = 1
  /// The number of elements that share a scale along the axis; 0 where there are no blocks.
  public var blockSize = 0
  /// The type of the result; `nil` is the zero point's, and uint8 without one.
  public var outputType: ElementType?
  /// The type to divide in; `nil` is the scale's.
  public var precision: ElementType?
  /// Whether values beyond the range of an 8-bit float become its largest.
  public var saturate = true

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .int("axis", \.axis).since(13), .int("block_size", \.blockSize).since(21),
      .elementType("output_dtype", \.outputType).since(21),
      .elementType("precision", \.precision).since(23), .bool("saturate", \.saturate).since(19),
    ]
  }
}

/// `(x - zero point) * scale`; inputs x, scale, and optionally the zero point.
///
/// A scale is a scalar, a vector along `axis`, or of x's rank with blocks along `axis`.
public struct DequantizeLinear: Sendable, Equatable, SingleOperator {
  static var type: String { "DequantizeLinear" }
  static var firstOpset: Int { 10 }

  /// The axis that a vector of scales, or blocks, run along; negative counts from the end.
  public var axis = 1
  /// The number of elements that share a scale along the axis; 0 where there are no blocks.
  public var blockSize = 0
  /// The type of the result; `nil` is the scale's.
  public var outputType: ElementType?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .int("axis", \.axis).since(13), .int("block_size", \.blockSize).since(21),
      .elementType("output_dtype", \.outputType).since(23),
    ]
  }
}

/// A convolution of 8-bit integers.
///
/// ConvInteger's inputs are x, w and their zero points, its output is int32. QLinearConv's are x, w
/// and y with scale and zero point each (y has no tensor), then an int32 bias; its output is 8-bit.
public struct QuantizedConvolution: Sendable, Equatable, OperatorFamily {
  /// The operators; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    /// Sums as they are.
    case integer = "ConvInteger"
    /// Sums scaled to the output's scale and zero point.
    case linear = "QLinearConv"
  }

  /// Which operator it is.
  public var kind: Kind
  /// How windows lie.
  public var convolution: Convolution

  /// The defaults, the same in every version.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
    convolution = Convolution(opset: opset)
  }

  static var firstOpset: Int { 10 }

  static var fields: [AttributeField<Self>] {
    [
      .word("auto_pad", \.convolution.autoPad), .ints("dilations", \.convolution.dilations),
      .int("group", \.convolution.group), .ints("kernel_shape", \.convolution.kernelShape),
      .ints("pads", \.convolution.pads), .ints("strides", \.convolution.strides),
    ]
  }

  /// Which input is the kernel.
  public var weightSlot: Int { kind == .integer ? 1 : 3 }
}

/// A product of 8-bit integer matrices; raw values are ONNX's operator types.
///
/// MatMulInteger's inputs are a, b and their zero points, its output is int32. QLinearMatMul's are
/// a, b and y with scale and zero point each (y has no tensor); its output is 8-bit.
public enum QuantizedProduct: String, Sendable, CaseIterable {
  /// Sums as they are.
  case integer = "MatMulInteger"
  /// Sums scaled to the output's scale and zero point.
  case linear = "QLinearMatMul"

  /// The version of the operator set that has both first.
  var since: Int { 10 }

  /// Which input is the second matrix.
  public var weightSlot: Int { self == .integer ? 1 : 3 }
}
