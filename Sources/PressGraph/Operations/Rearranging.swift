/// Blocks of positions moved into channels, or back; input (N, C, H, W).
public struct DepthRearrangement: Sendable, Equatable, OperatorFamily {
  /// In which direction; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    /// (N, C, H, W) to (N, C / (b * b), H * b, W * b).
    case depthToSpace = "DepthToSpace"
    /// (N, C, H, W) to (N, C * b * b, H / b, W / b).
    case spaceToDepth = "SpaceToDepth"
  }

  /// In which order channels hold a block's positions.
  public enum Mode: String, Sendable, CaseIterable {
    /// Positions outside, channels inside: channel `(row * b + column) * C + c`.
    case depthColumnRow = "DCR"
    /// Channels outside, positions inside: channel `(c * b + row) * b + column`.
    case columnRowDepth = "CRD"
  }

  /// In which direction.
  public var kind: Kind
  /// b: the size of a block along either axis.
  public var blockSize = 1
  /// In which order; from version 11 on for DepthToSpace, 28 for SpaceToDepth.
  public var mode = Mode.depthColumnRow

  /// The defaults, the same in every version.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
  }

  static var fields: [AttributeField<Self>] {
    [
      .int("blocksize", \.blockSize).required,
      .word("mode", \.mode).when { $1 >= ($0.kind == .depthToSpace ? 11 : 28) },
    ]
  }
}

/// Matrices with elements beyond a diagonal set to 0; the second input says which diagonal.
public struct Triangle: Sendable, Equatable, SingleOperator {
  static var type: String { "Trilu" }
  static var firstOpset: Int { 14 }

  /// Whether the upper triangle stays, not the lower one.
  public var isUpper = true

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.bool("upper", \.isUpper)] }
}
