internal import PressGraph

/// `x * sigmoid(x)`.
@Sendable
func matchSwish(_ list: NodeList, _ place: Int) -> (places: [Int], node: Node)? {
  guard let sigmoid = list[place], case .unary(.sigmoid) = sigmoid.operation,
    list.isFloat32(sigmoid.inputs[0]), let product = list.soleUser(of: sigmoid.outputs[0]),
    let node = list[product], case .binary(.mul) = node.operation
  else { return nil }
  var x = sigmoid.inputs[0]
  var places = [place, product]
  // Some exporters write the parameter of swish although it is 1.
  if let scaled = list.maker(of: x), let multiplied = list[scaled],
    case .binary(.mul) = multiplied.operation, let factor = list.withScalar(multiplied),
    factor.scalar == 1
  {
    x = factor.value
    places.append(scaled)
  }
  guard list.other(than: sigmoid.outputs[0], in: node) == x else { return nil }
  return list.joined(places, .activation(Activation(.swish, opset: 24)), inputs: [x])
}

/// `x * hardSigmoid(x)` with the slope 1/6 and the offset 1/2.
@Sendable
func matchHardSigmoidSwish(_ list: NodeList, _ place: Int) -> (places: [Int], node: Node)? {
  guard let inner = list[place], case .activation(let activation) = inner.operation,
    activation.kind == .hardSigmoid, abs(activation.alpha - 1 / 6) < 1e-6, activation.beta == 0.5,
    let product = list.soleUser(of: inner.outputs[0]), let node = list[product],
    case .binary(.mul) = node.operation,
    list.other(than: inner.outputs[0], in: node) == inner.inputs[0]
  else { return nil }
  return list.joined([place, product], .unary(.hardSwish), inputs: [inner.inputs[0]])
}

/// `x * clip(x + 3, 0, 6) / 6`.
@Sendable
func matchClippedHardSwish(_ list: NodeList, _ place: Int) -> (places: [Int], node: Node)? {
  guard let add = list[place], case .binary(.add) = add.operation, let sum = list.withScalar(add),
    sum.scalar == 3, list.isFloat32(sum.value), let clip = list.soleUser(of: add.outputs[0]),
    let clipped = list[clip], list.bounds(of: clipped).map({ $0 == (0, 6) }) ?? false,
    let product = list.soleUser(of: clipped.outputs[0]), let node = list[product],
    case .binary(.mul) = node.operation,
    list.other(than: clipped.outputs[0], in: node) == sum.value,
    let last = list.soleUser(of: node.outputs[0]), let scaled = list[last],
    let factor = list.withScalar(scaled)
  else { return nil }
  switch scaled.operation {
  case .binary(.div) where factor.scalar == 6 && scaled.inputs[0] == node.outputs[0]: break
  case .binary(.mul) where abs(factor.scalar - 1 / 6) < 1e-6: break
  default: return nil
  }
  return list.joined([place, clip, product, last], .unary(.hardSwish), inputs: [sum.value])
}

extension NodeList {
  /// The bounds of a Clip between constants.
  func bounds(of node: Node) -> (low: Float, high: Float)? {
    guard case .clip(let attributes) = node.operation else { return nil }
    func bound(_ place: Int, _ attribute: Float?, _ none: Float) -> Float? {
      guard place < node.inputs.count, !node.inputs[place].isEmpty else {
        return attribute ?? none
      }
      return scalar(node.inputs[place])
    }
    guard let low = bound(1, attributes.minimum, -.infinity),
      let high = bound(2, attributes.maximum, .infinity)
    else { return nil }
    return (low, high)
  }
}
