internal import PressGraph
internal import PressTensor

/// `(x - mean) / sqrt(mean((x - mean)^2) + epsilon) * scale + bias` over the last axis.
@Sendable
func matchLayerNormalization(_ list: NodeList, _ place: Int) -> (places: [Int], node: Node)? {
  guard let mean = list[place], list.isMeanOfLastAxis(mean), list.isFloat32(mean.inputs[0]),
    let difference = list.soleUser(of: mean.outputs[0]), let centred = list[difference],
    case .binary(.sub) = centred.operation,
    centred.inputs == [mean.inputs[0], mean.outputs[0]]
  else { return nil }
  let name = centred.outputs[0]
  let users = list.users(of: name)
  guard users.count == 2,
    let square = users.first(where: { list[$0].map { list.isSquare($0, of: name) } ?? false }),
    let division = users.first(where: { $0 != square }),
    let (variance, root) = list.root(behind: square), let divided = list[division],
    case .binary(.div) = divided.operation, divided.inputs == [name, root.output],
    let scaling = list.soleUser(of: divided.outputs[0]),
    let scale = list.vectorOperand(of: scaling, beside: divided.outputs[0], .mul),
    let scaled = list[scaling], let shifting = list.soleUser(of: scaled.outputs[0]),
    let bias = list.vectorOperand(of: shifting, beside: scaled.outputs[0], .add),
    list.constant(scale)?.shape == list.constant(bias)?.shape
  else { return nil }
  var normalization = LayerNormalization(opset: 17)
  normalization.epsilon = root.epsilon
  let places =
    [place, difference, square, variance] + root.places + [division, scaling, shifting]
  return list.joined(
    places, .layerNormalization(normalization), inputs: [mean.inputs[0], scale, bias])
}

extension NodeList {
  /// Whether a node is the mean along the last axis, which stays with size 1.
  fileprivate func isMeanOfLastAxis(_ node: Node) -> Bool {
    guard case .reduce(let reduction) = node.operation, reduction.kind == .mean,
      reduction.keepsAxes
    else { return false }
    let axes =
      node.inputs.count > 1 ? context.integers(node.inputs[1]) : reduction.axes
    guard let axes, axes.count == 1 else { return false }
    return axes[0] == -1 || axes[0] == rank(node.inputs[0]) - 1
  }

  /// Whether a node is the square of a value.
  fileprivate func isSquare(_ node: Node, of value: String) -> Bool {
    switch node.operation {
    case .binary(.pow): node.inputs[0] == value && scalar(node.inputs[1]) == 2
    case .binary(.mul): node.inputs == [value, value]
    default: false
    }
  }

  /// The nodes behind a square: its mean, plus epsilon, and the root.
  fileprivate func root(
    behind square: Int
  ) -> (variance: Int, root: (places: [Int], epsilon: Float, output: String))? {
    guard let squared = self[square], let variance = soleUser(of: squared.outputs[0]),
      let mean = self[variance], isMeanOfLastAxis(mean), let add = soleUser(of: mean.outputs[0]),
      let sum = self[add], case .binary(.add) = sum.operation, let epsilon = withScalar(sum),
      let root = soleUser(of: sum.outputs[0]), let rooted = self[root],
      case .unary(.sqrt) = rooted.operation
    else { return nil }
    return (variance, ([add, root], epsilon.scalar, rooted.outputs[0]))
  }

  /// The constant vector that a node combines with a value.
  fileprivate func vectorOperand(
    of place: Int, beside value: String, _ function: BinaryFunction
  ) -> String? {
    guard let node = self[place], case .binary(function) = node.operation,
      let operand = other(than: value, in: node), let constant = constant(operand),
      constant.elementType == .float32, constant.shape.rank == 1
    else { return nil }
    return operand
  }
}

extension PlanningContext {
  /// The elements of a small constant of integers.
  func integers(_ name: String) -> [Int]? {
    switch bindings[name] {
    case .weight(let id):
      guard let weight = weights[id], weight.shape.count <= 64, let bytes = try? weight.decoded()
      else { return nil }
      return Constant(weight.elementType, weight.shape, copying: bytes).integers
    case .constant(let constant): return constant.integers
    default: return nil
    }
  }
}
