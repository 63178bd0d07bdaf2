internal import PressGraph
internal import PressKernels

extension Recurrent {
  /// The functions of every direction, f, g and h in this order, with their parameters.
  ///
  /// Parameters are given in the order of the functions that take them.
  func cellFunctions() throws(PlanningProblem) -> [[CellActivation]] {
    let defaults: [CellFunctionName]
    switch kind {
    case .simple: defaults = [.tanh]
    case .gru: defaults = [.sigmoid, .tanh]
    case .lstm: defaults = [.sigmoid, .tanh, .tanh]
    }
    let names = activations ?? (0..<directions).flatMap { _ in defaults }
    guard names.count == defaults.count * directions else {
      throw .mismatch(
        expected: "\(defaults.count * directions) activations", found: "\(names.count)")
    }
    var parameters = Parameters(alphas: activationAlpha ?? [], betas: activationBeta ?? [])
    let functions = names.map { parameters.function($0) }
    let count = defaults.count
    return (0..<directions).map { Array(functions[($0 * count)...].prefix(count)) }
  }
}

private typealias CellFunctionName = Recurrent.CellFunction

/// The parameters that functions have not taken yet.
private struct Parameters {
  var alphas: [Float]
  var betas: [Float]

  mutating func alpha(_ standard: Float) -> Float {
    alphas.isEmpty ? standard : alphas.removeFirst()
  }

  mutating func beta(_ standard: Float) -> Float {
    betas.isEmpty ? standard : betas.removeFirst()
  }

  mutating func function(_ name: CellFunctionName) -> CellActivation {
    switch name {
    case .relu: .unary(.relu)
    case .tanh: .unary(.tanh)
    case .sigmoid: .unary(.sigmoid)
    case .softsign: .unary(.softsign)
    case .softplus: .unary(.softplus)
    case .leakyRelu: .unary(.leakyRelu, alpha: alpha(0.01))
    case .thresholdedRelu: .unary(.thresholdedRelu, alpha: alpha(1))
    case .elu: .unary(.elu, alpha: alpha(1))
    case .hardSigmoid: .unary(.hardSigmoid, alpha: alpha(0.2), beta: beta(0.5))
    case .affine: .affine(alpha: alpha(1), beta: beta(0))
    case .scaledTanh: .scaledTanh(alpha: alpha(1), beta: beta(1))
    }
  }
}
