/// Elements reduced along axes.
public struct Reduction: Sendable, Equatable, OperatorFamily {
  /// What the elements are reduced to; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    case l1 = "ReduceL1"
    case l2 = "ReduceL2"
    case logSum = "ReduceLogSum"
    case logSumExp = "ReduceLogSumExp"
    case max = "ReduceMax"
    case mean = "ReduceMean"
    case min = "ReduceMin"
    case product = "ReduceProd"
    case sum = "ReduceSum"
    case sumOfSquares = "ReduceSumSquare"

    /// The version from which the axes are an input.
    var firstOpsetWithAxesInput: Int { self == .sum ? 13 : 18 }
  }

  /// What the elements are reduced to.
  public var kind: Kind
  /// The axes where they are an attribute; `nil` is all, or those that the second input gives.
  public var axes: [Int]?
  /// Whether reduced axes stay, with size 1.
  public var keepsAxes = true
  /// Whether no axes mean no reduction rather than a complete one.
  public var keepsAllWithoutAxes = false

  /// The defaults, the same in every version.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
  }

  static var fields: [AttributeField<Self>] {
    let first = \Self.kind.firstOpsetWithAxesInput
    return [
      .ints("axes", \.axes).when { $1 < $0[keyPath: first] },
      .bool("keepdims", \.keepsAxes),
      .bool("noop_with_empty_axes", \.keepsAllWithoutAxes).when { $1 >= $0[keyPath: first] },
    ]
  }
}
