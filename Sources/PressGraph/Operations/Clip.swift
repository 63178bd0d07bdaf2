/// Elements forced between two bounds.
public struct Clip: Sendable, Equatable, SingleOperator {
  static var type: String { "Clip" }
  static var firstOpset: Int { 6 }

  /// The lower bound; `nil` where an input gives it, from version 11 on.
  public var minimum: Float?
  /// The upper bound; `nil` where an input gives it, from version 11 on.
  public var maximum: Float?

  /// All of float32 before version 11.
  public init(opset: Int) {
    guard opset < 11 else { return }
    minimum = -Float.greatestFiniteMagnitude
    maximum = Float.greatestFiniteMagnitude
  }

  static var fields: [AttributeField<Self>] {
    [.float("max", \.maximum).before(11), .float("min", \.minimum).before(11)]
  }
}
