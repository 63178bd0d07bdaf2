/// Functions of one element without attributes; raw values are ONNX's operator types.
public enum UnaryFunction: String, Sendable, CaseIterable {
  case abs = "Abs"
  case ceil = "Ceil"
  case cos = "Cos"
  case erf = "Erf"
  case exp = "Exp"
  case floor = "Floor"
  case identity = "Identity"
  case log = "Log"
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
  case sub = "Sub"
  case xor = "Xor"
}

/// Functions of the elements of one or more tensors, with numpy's broadcasting; raw values are
/// ONNX's operator types.
public enum VariadicFunction: String, Sendable, CaseIterable {
  case max = "Max"
  case mean = "Mean"
  case min = "Min"
  case sum = "Sum"
}
