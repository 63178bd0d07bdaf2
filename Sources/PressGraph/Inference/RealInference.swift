import PressTensor

extension NodeInference {
  /// The outputs with the real elements of the first one, where they can be followed.
  ///
  /// Exporters compute sizes for Resize and Range in floats: a shape cast, scaled and rounded.
  func withReals(_ outputs: [Inferred]) -> [Inferred] {
    guard let first = outputs.first, let type = first.elementType, first.reals == nil,
      let reals = followedReals, let count = first.dimensions?.product.size, reals.count == count
    else { return outputs }
    var outputs = outputs
    switch type {
    case .float64: outputs[0].reals = reals
    case .float32: outputs[0].reals = reals.map { Double(Float($0)) }
    case .int64, .int32:
      guard first.elements == nil else { break }
      outputs[0] = Inferred(
        type, first.dimensions, elements: reals.map { Dimension($0) ?? .unknown })
    default: break
    }
    return outputs
  }

  /// The elements of the first output before they are rounded to its type.
  private var followedReals: [Double]? {
    switch node.operation {
    case .cast(let cast) where cast.target.isFloatingPoint:
      return self[0].reals ?? self[0].integers?.map(Double.init)
    case .cast, .reshape, .flatten, .squeeze, .unsqueeze: return self[0].reals
    case .unary(.floor): return self[0].reals?.map { $0.rounded(.down) }
    case .unary(.ceil): return self[0].reals?.map { $0.rounded(.up) }
    case .unary(.round): return self[0].reals?.map { $0.rounded(.toNearestOrEven) }
    case .concat where self[0].rank == 1:
      let parts = inputs.compactMap(\.reals)
      return parts.count == inputs.count ? Array(parts.joined()) : nil
    case .binary(let function): return function.combination.flatMap(combined)
    default: return nil
    }
  }

  /// The elements of two inputs combined, where they have one shape or one has a single element.
  private func combined(_ combine: (Double, Double) -> Double) -> [Double]? {
    guard let left = self[0].reals, let right = self[1].reals else { return nil }
    if right.count == 1 { return left.map { combine($0, right[0]) } }
    if left.count == 1 { return right.map { combine(left[0], $0) } }
    return self[0].dimensions == self[1].dimensions ? zip(left, right).map(combine) : nil
  }
}

extension BinaryFunction {
  /// The function of two real numbers, for those that sizes are computed with.
  fileprivate var combination: ((Double, Double) -> Double)? {
    switch self {
    case .add: (+)
    case .sub: (-)
    case .mul: (*)
    case .div: (/)
    default: nil
    }
  }
}
