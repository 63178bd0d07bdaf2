internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A function of each element, with its parameters.
struct UnaryFamily: StepFamily {
  let function: UnaryKernel
  let alpha: Double
  let beta: Double

  init(function: UnaryKernel, alpha: Double = 0, beta: Double = 0) {
    self.function = function
    self.alpha = alpha
    self.beta = beta
  }

  /// A function with the parameters of an operator.
  init(_ activation: Activation) {
    let (function, alpha, beta) = activation.kernel
    self.init(function: function, alpha: alpha, beta: beta)
  }

  var kernel: String { "elementwise, \(function)" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types.prefix(1) where !function.supports(type) {
      return "an operand of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) -> any ScheduledStep {
    Step(family: self, outputs: [inputs[0].form])
  }

  private struct Step: ScheduledStep {
    let family: UnaryFamily
    let outputs: [ValueForm]

    var placement: OutputPlacement { .replacing }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.map(
        family.function, type: outputs[0].elementType, count: outputs[0].shape.count,
        alpha: family.alpha, beta: family.beta, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}

/// Not of each bool.
struct NotFamily: StepFamily {
  var kernel: String { "elementwise, not" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? { accepted(types, [.bool]) }

  func scheduled(for inputs: [StepInput]) -> any ScheduledStep { Step(outputs: [inputs[0].form]) }

  private struct Step: ScheduledStep {
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.test(
        .isZero, type: .bool, count: outputs[0].shape.count, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}

extension UnaryKernel {
  /// The kernel of an operator; `nil` for those that are no functions of numbers.
  init?(_ function: UnaryFunction) {
    guard let kernel = UnaryKernel.allCases.first(where: { "\($0)" == "\(function)" }) else {
      return nil
    }
    self = kernel
  }
}

extension Activation {
  /// The kernel of the function and its parameters.
  var kernel: (function: UnaryKernel, alpha: Double, beta: Double) {
    let alpha = Double(alpha)
    return switch kind {
    case .elu: (.elu, alpha, 0)
    case .gelu: (approximate == .tanh ? .geluTanh : .gelu, 0, 0)
    case .hardSigmoid: (.hardSigmoid, alpha, Double(beta))
    case .leakyRelu: (.leakyRelu, alpha, 0)
    case .selu: (.selu, alpha, Double(gamma))
    case .swish: (.swish, alpha, 0)
    case .thresholdedRelu: (.thresholdedRelu, alpha, 0)
    }
  }
}
