/// The position of the largest or smallest element along an axis, in int64.
public struct ArgReduction: Sendable, Equatable, OperatorFamily {
  /// Which element; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    case max = "ArgMax"
    case min = "ArgMin"
  }

  /// Which element.
  public var kind: Kind
  /// The axis; negative counts from the end.
  public var axis = 0
  /// Whether the axis stays, with size 1.
  public var keepsAxis = true
  /// Whether equal elements give the last position, not the first; from version 12 on.
  public var selectsLast = false

  /// The defaults, the same in every version.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
  }

  static var fields: [AttributeField<Self>] {
    [
      .int("axis", \.axis), .bool("keepdims", \.keepsAxis),
      .bool("select_last_index", \.selectsLast).since(12),
    ]
  }
}

/// The largest or smallest elements along an axis, and their positions in int64.
public struct TopK: Sendable, Equatable, SingleOperator {
  static var type: String { "TopK" }

  /// The axis; negative counts from the end.
  public var axis = -1
  /// How many, before version 10; the second input gives it since.
  public var count: Int?
  /// Whether the largest, not the smallest; from version 11 on.
  public var largest = true
  /// Whether they come in order; from version 11 on.
  public var sorted = true

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .int("axis", \.axis), .int("k", \.count).before(10).required,
      .bool("largest", \.largest).since(11), .bool("sorted", \.sorted).since(11),
    ]
  }
}

/// Running sums along the axis that the second input gives.
public struct CumulativeSum: Sendable, Equatable, SingleOperator {
  static var type: String { "CumSum" }
  static var firstOpset: Int { 11 }

  /// Whether a sum leaves out the element at its own place.
  public var isExclusive = false
  /// Whether sums run from the end.
  public var isReversed = false

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [.bool("exclusive", \.isExclusive), .bool("reverse", \.isReversed)]
  }
}
