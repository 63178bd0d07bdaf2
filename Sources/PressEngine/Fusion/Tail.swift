internal import PressGraph

/// What is done to a product's or a convolution's output before it is written.
///
/// In this order: `scale` and `shift` by output channel, `residual` added, `activation`, and
/// `outerScale` and `outerShift`, which are the same for all elements.
struct Tail: Sendable {
  /// Factors of output channels, which go into the weight; `nil` is 1.
  var scale: [Float]?
  /// Terms of output channels, which go into the bias; `nil` is 0.
  var shift: [Float]?
  /// The name of a value of the output's shape.
  var residual: String?
  /// A function of each element.
  var activation: TailActivation?
  /// The factor after the activation.
  var outerScale: Float = 1
  /// The term after the activation.
  var outerShift: Float = 0

  /// Whether nothing but channels' factors and terms was added.
  var isAffine: Bool { residual == nil && activation == nil }
}

/// A function at the end of a layer.
enum TailActivation: Sendable, Equatable {
  case relu
  case clip(low: Float, high: Float)
  case leakyRelu(alpha: Float)
  case hardSwish
  case unary(UnaryFunction)
  case activation(Activation)

  /// The function that a node is; `nil` if it is none that a layer can end with.
  init?(_ node: Node, _ list: NodeList) {
    switch node.operation {
    case .unary(.relu): self = .relu
    case .unary(.hardSwish): self = .hardSwish
    case .unary(let function) where [.sigmoid, .tanh].contains(function): self = .unary(function)
    case .activation(let activation) where activation.kind == .leakyRelu:
      self = .leakyRelu(alpha: activation.alpha)
    case .activation(let activation): self = .activation(activation)
    case .clip:
      guard let bounds = list.bounds(of: node) else { return nil }
      self = .clip(low: bounds.low, high: bounds.high)
    default: return nil
    }
  }
}
