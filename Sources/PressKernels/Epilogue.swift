internal import CPressKernels

/// What a layer does to its sums before they are stored: activation(sum + bias + residual).
public struct Epilogue: Sendable {
  /// A function of one element.
  public enum Activation: Hashable, Sendable {
    /// The sum itself.
    case none
    /// Not below `min` and not above `max`; NaN stays.
    case clip(min: Float, max: Float)
    /// Any other function, with its parameters.
    case unary(UnaryKernel, alpha: Float = 0, beta: Float = 0)

    /// max(0, x); NaN stays.
    public static let relu = Activation.clip(min: 0, max: .infinity)
  }

  /// One element for each output channel.
  public var bias: FloatBuffer?
  /// Elements of the output's shape and layout; apart from the output.
  public var residual: Operand?
  /// What is applied last.
  public var activation: Activation

  /// An epilogue from its parts.
  public init(
    bias: FloatBuffer? = nil, residual: Operand? = nil, activation: Activation = .none
  ) {
    self.bias = bias
    self.residual = residual
    self.activation = activation
  }
}

extension Epilogue.Activation {
  /// Sets the activation's fields.
  func set(_ view: inout press_epilogue) {
    switch self {
    case .none: unsafe view.activation = press_activation_none
    case .clip(let low, let high):
      unsafe view.activation = press_activation_clip
      unsafe (view.alpha, view.beta) = (low, high)
    case .unary(let function, let alpha, let beta):
      unsafe view.activation = press_activation_unary
      unsafe (view.alpha, view.beta) = (alpha, beta)
      unsafe view.unary = function.rawValue
    }
  }
}

extension Workspace {
  /// An epilogue as C sees it; its buffers must outlive its use.
  ///
  /// The output has `channels` channels and `residualCount` places that its residual must have.
  func view(
    _ epilogue: Epilogue, channels: Int, residualCount: Int, output: ArenaSlice
  ) -> press_epilogue {
    precondition(
      epilogue.bias.map { $0.count == channels } ?? true, "one bias for each output channel")
    var view = unsafe press_epilogue()
    unsafe view.bias = epilogue.bias?.pointer
    if let residual = epilogue.residual {
      checkApart(output, residual)
      unsafe view.residual = input(residual, count: residualCount)
    }
    unsafe epilogue.activation.set(&view)
    return unsafe view
  }
}
