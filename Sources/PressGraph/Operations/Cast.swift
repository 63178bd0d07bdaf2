public import PressTensor

/// Elements in another type.
public struct Cast: Sendable, Equatable, SingleOperator {
  static var type: String { "Cast" }
  static var firstOpset: Int { 6 }

  /// How float8e8m0 rounds.
  public enum RoundMode: String, Sendable {
    case up
    case down
    case nearest
  }

  /// The type of the result.
  public var target = ElementType.float32
  /// Whether values beyond the range of an 8-bit float become its largest.
  public var saturate = true
  /// How float8e8m0 rounds.
  public var roundMode = RoundMode.up

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .word("round_mode", \.roundMode).since(24), .bool("saturate", \.saturate).since(19),
      .elementType("to", \.target).required,
    ]
  }
}
