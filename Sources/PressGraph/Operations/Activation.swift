/// Functions of one element with parameters.
public struct Activation: Sendable, Equatable, OperatorFamily {
  /// The functions; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    /// `x` for `x > 0`, else `alpha * (exp(x) - 1)`.
    case elu = "Elu"
    /// `x * P(X <= x)` for a standard normal `X`.
    case gelu = "Gelu"
    /// `max(0, min(1, alpha * x + beta))`.
    case hardSigmoid = "HardSigmoid"
    /// `x` for `x >= 0`, else `alpha * x`.
    case leakyRelu = "LeakyRelu"
    /// `gamma * x` for `x > 0`, else `gamma * alpha * (exp(x) - 1)`.
    case selu = "Selu"
    /// `x * sigmoid(alpha * x)`.
    case swish = "Swish"
    /// `x` for `x > alpha`, else 0.
    case thresholdedRelu = "ThresholdedRelu"
  }

  /// How Gelu is computed.
  public enum Approximation: String, Sendable {
    /// With the error function.
    case none
    /// With the hyperbolic tangent of a cubic.
    case tanh
  }

  /// Which function it is.
  public var kind: Kind
  /// The first parameter, of all but Gelu.
  public var alpha: Float
  /// The second parameter of HardSigmoid.
  public var beta: Float = 0.5
  /// The second parameter of Selu.
  public var gamma: Float
  /// How Gelu is computed.
  public var approximate = Approximation.none

  /// The function's defaults, the same since version 6.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
    gamma = 1.05070102214813232421875
    alpha =
      switch kind {
      case .elu, .gelu, .swish, .thresholdedRelu: 1
      case .hardSigmoid: 0.2
      case .leakyRelu: 0.01
      case .selu: 1.67326319217681884765625
      }
  }

  static var firstOpset: Int { 6 }

  /// The defaults, where the version has the function.
  static func defaults(type: String, opset: Int) -> Activation? {
    guard let kind = Kind(rawValue: type) else { return nil }
    let first =
      switch kind {
      case .gelu: 20
      case .swish: 24
      case .thresholdedRelu: 10
      default: firstOpset
      }
    return opset < first ? nil : Activation(kind, opset: opset)
  }

  static var fields: [AttributeField<Self>] {
    [
      .float("alpha", \.alpha).only { $0.kind != .gelu },
      .word("approximate", \.approximate).only { $0.kind == .gelu },
      .float("beta", \.beta).only { $0.kind == .hardSigmoid },
      .float("gamma", \.gamma).only { $0.kind == .selu },
    ]
  }
}
