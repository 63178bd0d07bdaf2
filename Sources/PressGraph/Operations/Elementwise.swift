/// Functions of one element without attributes; raw values are ONNX's operator types.
public enum UnaryFunction: String, Sendable, CaseIterable {
  case abs = "Abs"
  case ceil = "Ceil"
  case cos = "Cos"
  case erf = "Erf"
  case exp = "Exp"
  case floor = "Floor"
  case hardSwish = "HardSwish"
  case identity = "Identity"
  case log = "Log"
  case mish = "Mish"
  case neg = "Neg"
  case not = "Not"
  case reciprocal = "Reciprocal"
  case relu = "Relu"
  case round = "Round"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case sin = "Sin"
  case softplus = "Softplus"
  case softsign = "Softsign"
  case sqrt = "Sqrt"
  case tan = "Tan"
  case tanh = "Tanh"

  /// The version of the operator set that has the function first, where models of today differ.
  var since: Int {
    switch self {
    case .cos, .sin, .tan: 7
    case .erf, .sign: 9
    case .round: 11
    case .hardSwish: 14
    case .mish: 18
    default: 1
    }
  }
}

/// Functions of two elements with numpy's broadcasting; raw values are ONNX's operator types.
public enum BinaryFunction: String, Sendable, CaseIterable {
  case add = "Add"
  case and = "And"
  case div = "Div"
  case equal = "Equal"
  case greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case mul = "Mul"
  case or = "Or"
  case pow = "Pow"
  /// `x` for `x >= 0`, else `slope * x`; the slope broadcasts to the first input.
  case prelu = "PRelu"
  case sub = "Sub"
  case xor = "Xor"

  /// The version of the operator set that has the function first.
  var since: Int { self == .greaterOrEqual || self == .lessOrEqual ? 12 : 1 }
}

/// The remainder of a division, broadcast.
public struct Modulo: Sendable, Equatable, SingleOperator {
  static var type: String { "Mod" }
  static var firstOpset: Int { 10 }

  /// Whether the quotient is truncated, as C's `fmod` does, so that the remainder has the sign of
  /// the dividend; otherwise it is rounded down, and the remainder has the sign of the divisor.
  public var truncates = false

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.bool("fmod", \.truncates)] }
}

/// Functions of the elements of one or more tensors, with numpy's broadcasting; raw values are
/// ONNX's operator types.
public enum VariadicFunction: String, Sendable, CaseIterable {
  case max = "Max"
  case mean = "Mean"
  case min = "Min"
  case sum = "Sum"
}
