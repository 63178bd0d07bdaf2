/// Nothing outside training; in training, elements set to 0 at random.
public struct Dropout: Sendable, Equatable, SingleOperator {
  static var type: String { "Dropout" }
  static var firstOpset: Int { 7 }

  /// The share of elements set to 0; an input from version 12 on.
  public var ratio: Float = 0.5
  /// The seed, from version 12 on.
  public var seed: Int?
  /// Whether the second output holds booleans, not elements of the input's type as before version
  /// 10.
  public var makesBooleanMask: Bool

  /// The defaults; only the mask's type differs between versions.
  public init(opset: Int) {
    makesBooleanMask = opset >= 10
  }

  static var fields: [AttributeField<Self>] {
    [.float("ratio", \.ratio).before(12), .int("seed", \.seed).since(12)]
  }
}
