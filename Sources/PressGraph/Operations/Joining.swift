/// Tensors joined along an axis.
public struct Concat: Sendable, Equatable, SingleOperator {
  static var type: String { "Concat" }
  static var firstOpset: Int { 4 }

  /// The axis; negative counts from the end.
  public var axis = 0

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis).required] }
}

/// A tensor cut along an axis.
public struct Split: Sendable, Equatable, SingleOperator {
  static var type: String { "Split" }
  static var firstOpset: Int { 2 }

  /// The axis; negative counts from the end.
  public var axis = 0
  /// The number of parts, from version 18 on; `nil` is the number of outputs.
  public var partCount: Int?
  /// The sizes of the parts before version 13; `nil` is equal ones, or those of the second input.
  public var sizes: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .int("axis", \.axis), .int("num_outputs", \.partCount).since(18),
      .ints("split", \.sizes).before(13),
    ]
  }
}
