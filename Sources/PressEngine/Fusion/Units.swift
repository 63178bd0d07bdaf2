internal import PressGraph
internal import PressKernels
internal import PressTensor

extension NodeList {
  /// The nodes in order, each with those behind it that its kernel can do on the way.
  ///
  /// A unit stands where the last of its nodes was, so that all its operands are there.
  func units() -> [PlannedUnit] {
    var units: [Int: PlannedUnit] = [:]
    var taken: Set<Int> = []
    for index in indices {
      guard let node = self[index], !taken.contains(index) else { continue }
      var unit = PlannedUnit(node: node, integers: groups[index])
      var last = index
      if let channels = outputChannels(of: node) {
        while let next = soleUser(of: unit.outputs[0]), !taken.contains(next),
          let follower = self[next], absorb(follower, into: &unit, channels: channels)
        {
          unit.fused.append(follower)
          taken.insert(next)
          last = next
        }
      }
      if let chain = affineChain(from: index, taken: taken) {
        unit = chain.unit
        taken.formUnion(chain.places)
        last = chain.places[chain.places.count - 1]
      }
      units[last] = unit
    }
    return indices.compactMap { units[$0] }
  }

  /// The most channels that factors are made for: a weight of equal elements may have any number.
  private static let largestSize = 1 << 24

  /// The number of output channels of a node whose kernel can do more on the way.
  private func outputChannels(of node: Node) -> (count: Int, isLastAxis: Bool)? {
    guard node.outputs.count == 1, node.inputs.count > 1, isFloat32(node.inputs[0]),
      let weight = constant(node.inputs[1]), weight.elementType == .float32,
      weight.shape.dimensions.allSatisfy({ $0 <= NodeList.largestSize })
    else { return nil }
    let sizes = weight.shape.dimensions
    switch node.operation {
    case .convolution where sizes.count > 2: return (sizes[0], false)
    case .matrixProduct where sizes.count == 2: return (sizes[1], true)
    case .gemm(let gemm) where sizes.count == 2 && !gemm.transA:
      return (gemm.transB ? sizes[0] : sizes[1], true)
    default: return nil
    }
  }

  /// Takes a node into a unit's tail; whether it fits there.
  private func absorb(
    _ node: Node, into unit: inout PlannedUnit, channels: (count: Int, isLastAxis: Bool)
  ) -> Bool {
    guard node.outputs.count == 1 else { return false }
    let value = unit.outputs[0]
    if unit.tail.isAffine, let affine = affine(node, of: value, channels) {
      unit.tail.multiply(affine.scale, add: affine.shift, channels: channels.count)
      return true
    }
    if unit.tail.activation != .none { return unit.tail.absorbOuter(node, of: value, self) }
    if let activation = Epilogue.Activation(node, self), node.inputs[0] == value {
      unit.tail.activation = activation
      return true
    }
    if case .binary(.add) = node.operation, unit.tail.residual == nil,
      let residual = other(than: value, in: node), residual != value,
      // A constant stays as it is where a convolution's output has its channels last.
      channels.isLastAxis || constant(residual) == nil,
      hasSameShape(residual, node.outputs[0]), hasSameShape(value, node.outputs[0])
    {
      unit.tail.residual = residual
      return true
    }
    return false
  }

  /// A node as a factor and a term for each channel of its input.
  private func affine(
    _ node: Node, of value: String, _ channels: (count: Int, isLastAxis: Bool)
  ) -> (scale: [Float]?, shift: [Float]?)? {
    if case .batchNormalization(let attributes) = node.operation, node.inputs[0] == value {
      let factors = channels.isLastAxis ? nil : folded(attributes, node)
      return factors?.scale?.count == channels.count ? factors : nil
    }
    guard case .binary(let function) = node.operation, let operand = other(than: value, in: node),
      let elements = channelElements(operand, of: value, channels)
    else { return nil }
    switch function {
    case .add: return (nil, elements)
    case .mul: return (elements, nil)
    case .sub where node.inputs[0] == value: return (nil, elements.map { -$0 })
    case .div where node.inputs[0] == value: return (elements.map { 1 / $0 }, nil)
    default: return nil
    }
  }

  /// A batch normalization by constants as a factor and a term for each channel.
  private func folded(
    _ attributes: BatchNormalization, _ node: Node
  ) -> (scale: [Float]?, shift: [Float]?)? {
    guard !attributes.trainingMode, attributes.spatial, node.inputs.count == 5,
      let scale = floats(node.inputs[1]), let bias = floats(node.inputs[2]),
      let mean = floats(node.inputs[3]), let variance = floats(node.inputs[4]),
      [bias.count, mean.count, variance.count].allSatisfy({ $0 == scale.count })
    else { return nil }
    let factors = scale.indices.map { index in
      Float(
        Double(scale[index])
          / (Double(variance[index]) + Double(attributes.epsilon)).squareRoot())
    }
    return (factors, factors.indices.map { bias[$0] - mean[$0] * factors[$0] })
  }

  /// A constant that has one element for each channel of a value, or one for all.
  private func channelElements(
    _ name: String, of value: String, _ channels: (count: Int, isLastAxis: Bool)
  ) -> [Float]? {
    guard let constant = constant(name), let elements = floats(name) else { return nil }
    let rank = rank(value)
    guard constant.shape.rank <= max(rank, channels.isLastAxis ? 1 : 0) else { return nil }
    if elements.count == 1 { return [Float](repeating: elements[0], count: channels.count) }
    let fromEnd = channels.isLastAxis ? 1 : rank - 1
    guard elements.count == channels.count, fromEnd > 0,
      constant.shape.rank >= fromEnd,
      constant.shape.dimensions[constant.shape.rank - fromEnd] == channels.count
    else { return nil }
    return elements
  }

  /// Whether two values have the same shape in every run.
  private func hasSameShape(_ left: String, _ right: String) -> Bool {
    guard let a = context.shapes?.dimensions(of: left),
      let b = context.shapes?.dimensions(of: right), a.count == b.count
    else { return false }
    return zip(a, b).allSatisfy { $0 == $1 && $0 != .unknown }
  }
}

extension Tail {
  /// Takes a factor and a term for each channel behind those so far.
  mutating func multiply(_ factors: [Float]?, add terms: [Float]?, channels: Int) {
    if let factors {
      scale = scale.map { zip($0, factors).map(*) } ?? factors
      shift = shift.map { zip($0, factors).map(*) }
    }
    if let terms {
      shift = shift.map { zip($0, terms).map(+) } ?? terms
    }
  }
}
