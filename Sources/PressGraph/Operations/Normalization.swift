/// `scale * (x - mean) / sqrt(variance + epsilon) + bias`, by channel; input (N, C, ...).
public struct BatchNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "BatchNormalization" }
  static var firstOpset: Int { 7 }

  /// What is added to the variance.
  public var epsilon: Float = 1e-5
  /// In training, the share of the old running statistics that stays.
  public var momentum: Float = 0.9
  /// Before version 9: whether the statistics are of channels, not of single elements.
  public var spatial = true
  /// Whether the statistics are those of the input itself.
  public var trainingMode = false

  /// The defaults, the same since version 7.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .float("epsilon", \.epsilon), .float("momentum", \.momentum),
      .bool("spatial", \.spatial).before(9), .bool("training_mode", \.trainingMode).since(14),
    ]
  }
}

/// Normalization by mean and variance of the axes from one on; then scale and bias by element.
public struct LayerNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "LayerNormalization" }
  static var firstOpset: Int { 17 }

  /// The first axis of those that are normalized together; negative counts from the end.
  public var axis = -1
  /// What is added to the variance.
  public var epsilon: Float = 1e-5
  /// The number of the element type to compute the statistics in; 1 is float32.
  public var stashType = 1

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [.int("axis", \.axis), .float("epsilon", \.epsilon), .int("stash_type", \.stashType)]
  }
}

/// Division by the root of the mean square of the axes from one on; then scale by element.
public struct RMSNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "RMSNormalization" }
  static var firstOpset: Int { 23 }

  /// The first axis of those that are normalized together; negative counts from the end.
  public var axis = -1
  /// What is added to the mean square.
  public var epsilon: Float = 1e-5
  /// The number of the element type to compute the mean square in; 1 is float32.
  public var stashType = 1

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [.int("axis", \.axis), .float("epsilon", \.epsilon), .int("stash_type", \.stashType)]
  }
}

/// Division by a norm along one axis; where the norm is 0, the result is 0.
public struct LpNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "LpNormalization" }

  /// The axis; negative counts from the end.
  public var axis = -1
  /// The norm: 1 sums magnitudes, 2 squares.
  public var order = 2

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis), .int("p", \.order)] }
}

/// Normalization by mean and variance of each channel of each example; input (N, C, ...).
public struct InstanceNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "InstanceNormalization" }
  static var firstOpset: Int { 6 }

  /// What is added to the variance.
  public var epsilon: Float = 1e-5

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.float("epsilon", \.epsilon)] }
}

/// Normalization by mean and variance of groups of channels of each example; input (N, C, ...).
public struct GroupNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "GroupNormalization" }
  static var firstOpset: Int { 18 }

  /// What is added to the variance.
  public var epsilon: Float = 1e-5
  /// The number of groups.
  public var groups = 1
  /// Whether scale and bias hold an element for each group: the meaning before version 21.
  public var scalesGroups: Bool
  /// The number of the element type to compute the statistics in; 1 is float32.
  public var stashType = 1

  /// One scale for each group before version 21, for each channel since.
  public init(opset: Int) {
    scalesGroups = opset < 21
  }

  static var fields: [AttributeField<Self>] {
    [
      .float("epsilon", \.epsilon), .int("num_groups", \.groups).required,
      .int("stash_type", \.stashType).since(21),
    ]
  }
}

/// `x / (bias + alpha / size * sum of squares of the neighbouring channels)^beta`.
public struct LocalResponseNormalization: Sendable, Equatable, SingleOperator {
  static var type: String { "LRN" }

  /// The factor of the mean square.
  public var alpha: Float = 1e-4
  /// The power.
  public var beta: Float = 0.75
  /// What is added to the mean square.
  public var bias: Float = 1
  /// The number of channels to sum over.
  public var size = 1

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .float("alpha", \.alpha), .float("beta", \.beta), .float("bias", \.bias),
      .int("size", \.size).required,
    ]
  }
}
