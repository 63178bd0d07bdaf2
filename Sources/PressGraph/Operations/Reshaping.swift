/// The same elements under another shape, which the second input gives.
public struct Reshape: Sendable, Equatable, SingleOperator {
  static var type: String { "Reshape" }
  static var firstOpset: Int { 5 }

  /// Whether a 0 in the shape is a size rather than "as it was".
  public var allowsZero = false

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.bool("allowzero", \.allowsZero).since(14)] }
}

/// Axes in another order.
public struct Transpose: Sendable, Equatable, SingleOperator {
  static var type: String { "Transpose" }

  /// For each axis of the output, the input's; `nil` is the reverse order.
  public var permutation: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.ints("perm", \.permutation)] }
}

/// Axes of size 1 taken away.
public struct Squeeze: Sendable, Equatable, SingleOperator {
  static var type: String { "Squeeze" }

  /// The axes before version 13; `nil` is all of size 1, or those that the second input gives.
  public var axes: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.ints("axes", \.axes).before(13)] }
}

/// Axes of size 1 put in.
public struct Unsqueeze: Sendable, Equatable, SingleOperator {
  static var type: String { "Unsqueeze" }

  /// The axes of the output before version 13; `nil` where the second input gives them.
  public var axes: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [.ints("axes", \.axes).before(13).required]
  }
}

/// The dimensions of a tensor, or a range of them.
public struct ShapeOf: Sendable, Equatable, SingleOperator {
  static var type: String { "Shape" }

  /// The first axis; negative counts from the end.
  public var start = 0
  /// The axis after the last; negative counts from the end; `nil` is the rank.
  public var end: Int?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [.int("end", \.end).since(15), .int("start", \.start).since(15)]
  }
}
