internal import PressGraph
internal import PressKernels

/// Multiplications and additions by numbers, one behind the other, as one function of an element.
struct AffineFunction: Sendable, Equatable {
  /// The factor.
  var scale: Float = 1
  /// The term.
  var shift: Float = 0

  /// Takes a node whose other operand is a number; whether it is such a node.
  mutating func absorb(_ node: Node, of value: String, _ list: NodeList) -> Bool {
    guard case .binary(let function) = node.operation, let operand = list.withScalar(node),
      operand.value == value
    else { return false }
    let isFirst = node.inputs[0] == value
    switch function {
    case .add: shift += operand.scalar
    case .sub where isFirst: shift -= operand.scalar
    case .mul: (scale, shift) = (scale * operand.scalar, shift * operand.scalar)
    case .div where isFirst: (scale, shift) = (scale / operand.scalar, shift / operand.scalar)
    default: return false
    }
    return true
  }
}

extension NodeList {
  /// Takes nodes from `place` on into one function of each element of a float32 value.
  ///
  /// `nil` unless there are at least two of them.
  func affineChain(from place: Int, taken: Set<Int>) -> (unit: PlannedUnit, places: [Int])? {
    guard let first = self[place], first.outputs.count == 1,
      let input = withScalar(first)?.value, isFloat32(input), context.shapes?[input] != nil
    else { return nil }
    var function = AffineFunction()
    guard function.absorb(first, of: input, self) else { return nil }
    var unit = PlannedUnit(node: first)
    var places = [place]
    while let next = soleUser(of: unit.outputs[0]), !taken.contains(next), let node = self[next],
      function.absorb(node, of: unit.outputs[0], self)
    {
      unit.fused.append(node)
      places.append(next)
    }
    unit.affine = (function, input)
    return places.count > 1 ? (unit, places) : nil
  }
}
