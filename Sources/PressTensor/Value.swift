/// What goes into a graph or comes out of it where that need not be a tensor.
public indirect enum Value: Sendable {
  /// A tensor.
  case tensor(Tensor)
  /// Any number of tensors, in order.
  case sequence([Tensor])
  /// A value, or nothing.
  case optional(Value?)
}

extension Value: CustomStringConvertible {
  /// What it is, without the elements: `sequence of float32 2x2, float32 3`.
  public var description: String {
    switch self {
    case .tensor(let tensor): tensor.form
    case .sequence(let tensors):
      "sequence of " + (tensors.isEmpty ? "nothing" : Value.list(tensors))
    case .optional(let value): "optional of " + (value?.description ?? "nothing")
    }
  }

  private static func list(_ tensors: [Tensor]) -> String {
    let first = tensors.prefix(4).map(\.form).joined(separator: ", ")
    return tensors.count > 4 ? "\(first) and \(tensors.count - 4) more" : first
  }
}

extension Tensor {
  fileprivate var form: String { "\(elementType.name) \(shape)" }
}
