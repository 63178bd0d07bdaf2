internal import CPressKernels
public import PressTensor

/// Functions of one element that have a kernel.
///
/// Those with parameters take `alpha` and `beta`: celu, elu, leakyRelu, selu (beta is gamma), swish
/// and thresholdedRelu their alpha, hardSigmoid both, clip the limits, shrink lambda and bias; affine
/// is alpha * x + beta, scaledHardSwish alpha * hardSwish(x) + beta.
public enum UnaryKernel: UInt32, Sendable, CaseIterable {
  // The order of PRESS_FLOAT_FUNCTIONS, PRESS_NUMBER_FUNCTIONS and PRESS_INTEGER_FUNCTIONS.
  case acos, acosh, affine, asin, asinh, atan, atanh, ceil, celu, clip, cos, cosh, elu, erf, exp,
    floor
  case gelu, geluTanh, hardSigmoid, hardSwish, leakyRelu, log, mish, reciprocal, round,
    scaledHardSwish, selu
  case shrink, sigmoid, sin, sinh, softplus, softsign, sqrt, swish, tan, tanh, thresholdedRelu
  case abs, neg, relu, sign
  case bitNot

  /// Whether there is a kernel for a type of elements.
  public func supports(_ type: ElementType) -> Bool {
    type.kernelType.map { press_has_unary(view, $0) } ?? false
  }

  /// The largest error of the float32 kernel at `x`, where the exact result is `y`.
  public func error(at x: Double, result y: Double, alpha: Double) -> Double {
    press_unary_error(view, alpha, x, y)
  }

  var view: press_unary { press_unary(rawValue: rawValue) }
}

/// Functions of two elements that have a kernel.
///
/// Integers: `div` truncates, and dividing by 0 gives 0; `mod` has the sign of the right operand,
/// `fmod` that of the left one. bitAnd, bitOr and bitXor are the logical ones of bools.
public enum BinaryKernel: UInt32, Sendable, CaseIterable {
  // The order of PRESS_NUMBER_PAIR_FUNCTIONS, PRESS_POWER_FUNCTION, PRESS_INTEGER_PAIR_FUNCTIONS
  // and PRESS_BIT_PAIR_FUNCTIONS.
  case add, sub, mul, div, mod, fmod, max, min, prelu
  case pow
  case shiftLeft, shiftRight
  case bitAnd, bitOr, bitXor

  /// Whether there is a kernel for a type of elements.
  public func supports(_ type: ElementType) -> Bool {
    type.kernelType.map { press_has_binary(view, $0) } ?? false
  }

  var view: press_binary { press_binary(rawValue: rawValue) }
}

/// Comparisons of two elements of any type that kernels know.
public enum ComparisonKernel: UInt32, Sendable, CaseIterable {
  // The order of PRESS_COMPARISONS.
  case equal, less, lessOrEqual, greater, greaterOrEqual

  var view: press_comparison { press_comparison(rawValue: rawValue) }
}

/// Questions about one element, whose answers are bools.
public enum TestKernel: Sendable, Hashable {
  /// Of any type; the negation of bools.
  case isZero
  /// Of floats only.
  case isNaN
  /// Of floats only; which infinities count.
  case isInfinite(positive: Bool, negative: Bool)

  /// Whether there is a kernel for a type of elements.
  public func supports(_ type: ElementType) -> Bool {
    type.kernelType.map { press_has_test(view.test, $0) } ?? false
  }

  var view: (test: press_test, alpha: Double, beta: Double) {
    switch self {
    case .isZero: (press_test_is_zero, 0, 0)
    case .isNaN: (press_test_is_nan, 0, 0)
    case .isInfinite(let positive, let negative):
      (press_test_is_infinite, positive ? 1 : 0, negative ? 1 : 0)
    }
  }
}
