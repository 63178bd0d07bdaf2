/// For each index along an axis, the element there; indices have the data's rank.
public struct GatherElements: Sendable, Equatable, SingleOperator {
  static var type: String { "GatherElements" }
  static var firstOpset: Int { 11 }

  /// The axis; negative counts from the end.
  public var axis = 0

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis)] }
}

/// Slices picked by tuples of indices, the last axis of the second input.
public struct GatherND: Sendable, Equatable, SingleOperator {
  static var type: String { "GatherND" }
  static var firstOpset: Int { 11 }

  /// The number of leading axes that data and indices share; from version 12 on.
  public var batchAxes = 0

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("batch_dims", \.batchAxes).since(12)] }
}

/// What becomes of an element that an update is scattered to.
public enum ScatterReduction: String, Sendable, CaseIterable {
  /// The update replaces it.
  case none
  /// Their sum.
  case add
  /// Their product.
  case mul
  /// The larger one; from version 18 on.
  case max
  /// The smaller one; from version 18 on.
  case min
}

extension AttributeField {
  /// What becomes of old elements: largest and smallest came in later than sum and product.
  fileprivate static func reduction(_ path: WritableKeyPath<Root, ScatterReduction>) -> [Self] {
    [
      .word("reduction", path, except: [.max, .min]).since(16).before(18),
      .word("reduction", path).since(18),
    ]
  }
}

/// The data with updates put at indices along an axis; indices and updates have one shape.
public struct ScatterElements: Sendable, Equatable, SingleOperator {
  static var type: String { "ScatterElements" }
  static var firstOpset: Int { 11 }

  /// The axis; negative counts from the end.
  public var axis = 0
  /// What becomes of the old element; from version 16 on.
  public var reduction = ScatterReduction.none

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [.int("axis", \.axis)] + AttributeField.reduction(\.reduction)
  }
}

/// The data with updates put at tuples of indices, the last axis of the second input.
public struct ScatterND: Sendable, Equatable, SingleOperator {
  static var type: String { "ScatterND" }
  static var firstOpset: Int { 11 }

  /// What becomes of the old elements; from version 16 on.
  public var reduction = ScatterReduction.none

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { AttributeField.reduction(\.reduction) }
}

/// Two values in a new axis: the second of `values` where the index says, the first elsewhere.
///
/// Inputs are indices, the depth (the new axis's size) and the two values.
public struct OneHot: Sendable, Equatable, SingleOperator {
  static var type: String { "OneHot" }
  static var firstOpset: Int { 9 }

  /// The new axis, counted in the output; negative counts from the end.
  public var axis = -1
  /// Whether negative indices count from the end, as since version 11; before, they are outside.
  public var takesNegativeIndices: Bool

  /// The defaults; the meaning of negative indices differs before version 11.
  public init(opset: Int) {
    takesNegativeIndices = opset >= 11
  }

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis)] }
}
