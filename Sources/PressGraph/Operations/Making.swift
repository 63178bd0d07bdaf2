public import PressTensor

/// The numbers from the first input up to the second, exclusive, in steps of the third.
public struct NumberRange: Sendable, Equatable, SingleOperator {
  static var type: String { "Range" }
  static var firstOpset: Int { 11 }

  /// The number of the element type to compute in, from version 27 on; 1 is float32.
  public var stashType = 1

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("stash_type", \.stashType).since(27)] }
}

/// One element repeated to the shape that the input gives when running.
public struct ConstantOfShape: Sendable, Equatable, SingleOperator {
  static var type: String { "ConstantOfShape" }
  static var firstOpset: Int { 9 }

  /// A tensor of one element; `nil` is 0 in float32.
  public var value: WeightID?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.tensor("value", \.value)] }
}
