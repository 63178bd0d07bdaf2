public import PressTensor

/// What a constant is for.
public enum Role: String, Sendable, Hashable, CaseIterable {
  /// A floating-point kernel of a convolution, operand of a matrix product or matrix of a recurrent
  /// layer, of rank 2 or more.
  case weight
  /// What a layer adds to its product.
  case bias
  /// A parameter of a normalization.
  case norm
  /// A floating-point table of rank 2 that indices pick rows of.
  case embedding
  /// Anything else.
  case other

  /// Which role a constant with several has: the first of them in this order.
  static let byPrecedence: [Role] = [.weight, .embedding, .norm, .bias, .other]

  /// The place in the order of precedence.
  var rank: Int { Role.byPrecedence.firstIndex(of: self) ?? Role.byPrecedence.count }
}

/// How a model uses one of its constants.
public struct WeightUse: Sendable, Hashable {
  /// What the constant is for; the foremost of its roles if it has several.
  public var role: Role
  /// Labels of the nodes that use it in the end, in order, each once; nodes that only hand it on,
  /// such as Identity or Transpose, are left out.
  public var users: [String]
  /// All names that it goes by, in order, each once: its own, its values', its users', and those of
  /// the nodes that hand it on.
  public var names: [String]
  /// The constant as a matrix, by its first use in its role; `init(_:)` of the shape where no use
  /// says otherwise.
  public var view: MatrixView
}
