/// Exponentials divided by their sum, the logarithm of that, or 1 at the first largest element.
public struct Softmax: Sendable, Equatable, OperatorFamily {
  /// The functions; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    case softmax = "Softmax"
    case logSoftmax = "LogSoftmax"
    case hardmax = "Hardmax"
  }

  /// Which function it is.
  public var kind: Kind
  /// The axis along which to sum; negative counts from the end.
  public var axis: Int
  /// Whether the sum runs over `axis` and all axes after it: the meaning before version 13.
  public var joinsTrailingAxes: Bool

  /// Axis 1 and those after it before version 13, the last axis since.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
    axis = opset < 13 ? 1 : -1
    joinsTrailingAxes = opset < 13
  }

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis)] }
}
