internal import PressGraph

/// `0.5 * x * (1 + erf(x / sqrt 2))`, whose factors come in any order.
@Sendable
func matchGelu(_ list: NodeList, _ place: Int) -> (places: [Int], node: Node)? {
  guard let scaled = list[place], let argument = list.withScalar(scaled),
    list.isFloat32(argument.value)
  else { return nil }
  let factor: Float
  switch scaled.operation {
  case .binary(.div) where scaled.inputs[0] == argument.value: factor = 1 / argument.scalar
  case .binary(.mul): factor = argument.scalar
  default: return nil
  }
  guard abs(factor - 0.70710678) < 1e-5, let erf = list.soleUser(of: scaled.outputs[0]),
    case .unary(.erf)? = list[erf]?.operation,
    let add = list[erf].flatMap({ list.soleUser(of: $0.outputs[0]) }), let sum = list[add],
    case .binary(.add) = sum.operation, let one = list.withScalar(sum), one.scalar == 1,
    let product = list.soleUser(of: sum.outputs[0])
  else { return nil }
  return list.geluProduct(argument.value, [place, erf, add, product], sum.outputs[0])
}

extension NodeList {
  /// The rest of the pattern: the product of x, 0.5 and what the nodes so far make.
  fileprivate func geluProduct(
    _ x: String, _ places: [Int], _ sum: String
  ) -> (places: [Int], node: Node)? {
    guard let product = places.last, let node = self[product], case .binary(.mul) = node.operation,
      let other = other(than: sum, in: node)
    else { return nil }
    let gelu = Operation.activation(Activation(.gelu, opset: 20))
    if other == x {
      guard let half = soleUser(of: node.outputs[0]), let last = self[half],
        case .binary(.mul) = last.operation, withScalar(last)?.scalar == 0.5
      else { return nil }
      return joined(places + [half], gelu, inputs: [x])
    }
    if scalar(other) == 0.5 {
      guard let times = soleUser(of: node.outputs[0]), let last = self[times],
        case .binary(.mul) = last.operation, self.other(than: node.outputs[0], in: last) == x
      else { return nil }
      return joined(places + [times], gelu, inputs: [x])
    }
    guard let half = maker(of: other), let halved = self[half],
      case .binary(.mul) = halved.operation,
      let factor = withScalar(halved), factor.value == x, factor.scalar == 0.5
    else { return nil }
    return joined(places + [half], gelu, inputs: [x])
  }
}
