internal import PressGraph
internal import PressKernels

/// What is done to a product's or a convolution's output before it is written.
///
/// In this order: `scale` and `shift` by output channel, `residual` added, `activation`.
struct Tail: Sendable {
  /// Factors of output channels, which go into the weight; `nil` is 1.
  var scale: [Float]?
  /// Terms of output channels, which go into the bias; `nil` is 0.
  var shift: [Float]?
  /// The name of a value of the output's shape.
  var residual: String?
  /// A function of each element.
  var activation = Epilogue.Activation.none

  /// Whether nothing but channels' factors and terms was added.
  var isAffine: Bool { residual == nil && activation == .none }

  /// The epilogue of a kernel, with a bias that has the tail's shift in it.
  func epilogue(bias: FloatBuffer?, residual: Operand?) -> Epilogue {
    Epilogue(bias: bias, residual: residual, activation: activation)
  }

  /// A bias of `rows` elements under the tail's factors and terms; `nil` if all are 0.
  func bias(_ bias: FloatBuffer?, rows: Int) -> FloatBuffer? {
    guard scale != nil || shift != nil else { return bias }
    if bias == nil, shift == nil { return nil }
    return FloatBuffer(count: rows) { target in
      for row in 0..<rows {
        let element = bias?.span[row] ?? 0
        target[row] = element * (scale?[row] ?? 1) + (shift?[row] ?? 0)
      }
    }
  }
}

extension Tail {
  /// Takes a factor or a term behind a hard swish, which can have both; whether it was one.
  mutating func absorbOuter(_ node: Node, of value: String, _ list: NodeList) -> Bool {
    guard case .unary(let function, let alpha, let beta) = activation,
      function == .hardSwish || function == .scaledHardSwish
    else { return false }
    var outer =
      function == .hardSwish ? AffineFunction() : AffineFunction(scale: alpha, shift: beta)
    guard outer.absorb(node, of: value, list) else { return false }
    activation = .unary(.scaledHardSwish, alpha: outer.scale, beta: outer.shift)
    return true
  }
}

extension Epilogue.Activation {
  /// The function that a node is; `nil` if it is none that a layer can end with.
  init?(_ node: Node, _ list: NodeList) {
    switch node.operation {
    case .unary(.relu): self = .relu
    case .unary(let function)
    where [.sigmoid, .tanh, .mish, .softplus, .hardSwish].contains(function):
      guard let kernel = UnaryKernel(function) else { return nil }
      self = .unary(kernel)
    case .activation(let activation):
      let (kernel, alpha, beta) = activation.kernel
      self = .unary(kernel, alpha: Float(alpha), beta: Float(beta))
    case .clip:
      guard let bounds = list.bounds(of: node) else { return nil }
      self = .clip(min: bounds.low, max: bounds.high)
    default: return nil
    }
  }
}
