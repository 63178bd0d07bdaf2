/// All axes joined into two: those before `axis`, and the rest.
public struct Flatten: Sendable, Equatable, SingleOperator {
  static var type: String { "Flatten" }
  /// The first axis of the second part; negative counts from the end.
  public var axis = 1

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis)] }
}
