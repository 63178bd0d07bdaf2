internal import PressGraph

extension NodeList {
  /// DequantizeLinear -> a node that only moves elements, or takes the largest -> QuantizeLinear by
  /// the same scale and zero point: the node on the integers themselves, which makes the same.
  func movedIntegers(at place: Int) -> (places: [Int], node: Node)? {
    guard let node = self[place], node.outputs.count == 1, node.keepsElements,
      let x = dequantized(node.inputs[0]), x.isUniform, x.range != nil,
      context.elementType(of: x.input) == x.type, !context.isConstant(x.input),
      let next = soleUser(of: node.outputs[0]), let last = self[next],
      let y = quantized(last), y.input == node.outputs[0], y.type == x.type,
      y.scales == x.scales, y.zeros == x.zeros, x.scales[0].isNormal,
      (x.scales[0] * 256).isFinite
    else { return nil }
    let inputs = [x.input] + node.inputs.dropFirst()
    let moved = Node(
      name: node.name, inputs: inputs, outputs: last.outputs, operation: node.operation)
    return ([place, next], moved)
  }
}

extension Node {
  /// Whether every element of the output is one of the first input's, which one does not depend on
  /// more than their order.
  fileprivate var keepsElements: Bool {
    switch operation {
    case .flatten, .reshape, .transpose, .squeeze, .unsqueeze: true
    case .pool(let pool): pool.kind == .max
    default: false
    }
  }
}
