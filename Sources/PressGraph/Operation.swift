public import PressTensor

/// What a node does: an operator with typed attributes, or one kept whole for not being known.
///
/// A file holds operators as records; `init(_:opset:)` and `record(opset:)` translate. A record
/// whose attributes are not exactly what the operator's specification allows stays opaque, so that
/// nothing is lost and running it can name what is wrong.
public enum Operation: Sendable, Equatable {
  /// A constant in the graph: a Constant node, or a ConstantOfShape whose shape is constant.
  case constant(WeightID, ConstantForm)
  /// A function of each element without attributes.
  case unary(UnaryFunction)
  /// A function of two elements, broadcast.
  case binary(BinaryFunction)
  /// Convolution.
  case convolution(Convolution)
  /// `alpha * A' * B' + beta * C`.
  case gemm(Gemm)
  /// A matrix product, batched over leading axes.
  case matrixProduct
  /// The largest or mean element of a window.
  case pool(Pool)
  /// All axes joined into two.
  case flatten(Flatten)
  /// An operator that Press keeps without understanding it.
  case opaque(OperationRecord)
}

/// How the source writes a constant that is a node.
public enum ConstantForm: Sendable, Hashable {
  /// A Constant node.
  case constant
  /// A ConstantOfShape node: its input names the shape, its value is the one element.
  case constantOfShape
}

/// Attributes of one operator as stored properties.
public protocol OperationAttributes: Sendable, Equatable {
  /// The attributes' defaults in a version of the operator set.
  init(opset: Int)
  /// Which file attribute fills which property.
  static var fields: [AttributeField<Self>] { get }
}
