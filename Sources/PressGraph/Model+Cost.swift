public import PressTensor

/// What one node costs to run.
public struct LayerCost: Sendable, Hashable {
  /// The node's label.
  public var name: String
  /// The operator's type.
  public var operation: String
  /// Multiply-accumulates; `nil` where the operator does none or shapes are not known.
  public var macs: Int?
  /// Those by an element of the weight that is not 0; `nil` also if nobody counted these.
  public var nonzeroMacs: Int?
}

extension Model {
  /// The cost of every node of the graph that is no constant, in the order of the source.
  ///
  /// Each element of a weight counts once for every position and example that it is used at,
  /// padding included. `nonzeros` are counts of elements other than 0; weights that are not in it
  /// tell their own, if they know it. A product of two values that are no constants counts as
  /// without zeros, and so does one of integers, whose zero points may be anything.
  public func costs(
    _ shapes: InferredShapes, nonzeros: [WeightID: Int] = [:]
  ) -> [LayerCost] {
    guard let graph else { return [] }
    let operands = UseFinder.operands(of: graph, in: self)
    let known = Dictionary(weights.map { ($0.id, $0) }) { first, _ in first }
    return graph.nodes.compactMap { node in
      if case .constant = node.operation { return nil }
      var cost = LayerCost(name: node.label, operation: node.operation.type)
      let products = node.products(shapes)
      guard !products.isEmpty else { return cost }
      cost.macs = products.sum(of: \.macs)
      cost.nonzeroMacs = products.sum { product in
        guard let operand = product.constant(in: operands), let weight = known[operand] else {
          return product.macs
        }
        let count = nonzeros[operand] ?? weight.knownNonzeros
        return count.flatMap { product.macs(nonzeros: $0, of: weight.shape.count) }
      }
      return cost
    }
  }
}

/// One product that a node computes.
private struct LayerProduct {
  /// Multiply-accumulates; `nil` if they are not known.
  let macs: Int?
  /// The values that may be its weight, the likelier first.
  let weights: [String]

  func constant(in operands: [String: WeightID]) -> WeightID? {
    weights.lazy.compactMap { operands[$0] }.first
  }

  /// Each of the weight's elements is used equally often.
  func macs(nonzeros: Int, of count: Int) -> Int? {
    guard let macs, count > 0 else { return macs }
    return (macs / count).times(nonzeros)
  }
}

extension Array where Element == LayerProduct {
  /// The sum over all products; `nil` if one is not known.
  fileprivate func sum(of macs: (LayerProduct) -> Int?) -> Int? {
    var total = 0
    for product in self {
      guard let next = macs(product) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(next)
      guard !overflow else { return nil }
      total = sum
    }
    return total
  }
}

extension Int {
  /// The product; `nil` where it does not fit.
  fileprivate func times(_ other: Int) -> Int? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}

extension Node {
  /// The products that the node computes; none for most operators.
  fileprivate func products(_ shapes: InferredShapes) -> [LayerProduct] {
    guard inputs.count >= 2, let output = outputs.first else { return [] }
    switch operation {
    case .convolution:
      return [product(1, output, of: shapes, summed: shapes.dimensions(of: inputs[1])?.dropFirst())]
    case .convolutionTranspose:
      return [
        product(1, inputs[0], of: shapes, summed: shapes.dimensions(of: inputs[1])?.dropFirst())
      ]
    case .gemm(let gemm):
      let inner = shapes.dimensions(of: inputs[0])?.dropFirst(gemm.transA ? 0 : 1).prefix(1)
      return [product(1, output, of: shapes, summed: inner)]
    case .matrixProduct:
      return [product(1, output, of: shapes, summed: shapes.dimensions(of: inputs[0])?.suffix(1))]
    case .quantizedConvolution(let attributes) where inputs.count > attributes.weightSlot:
      let weight = shapes.dimensions(of: inputs[attributes.weightSlot])
      return [product(nil, output, of: shapes, summed: weight?.dropFirst())]
    case .quantizedProduct:
      return [product(nil, output, of: shapes, summed: shapes.dimensions(of: inputs[0])?.suffix(1))]
    case .recurrent:
      // W and R are used once at each position of each example: the first two axes of the input.
      let steps = shapes.dimensions(of: inputs[0])?.prefix(2)
      return (1..<Swift.min(3, inputs.count)).map {
        product($0, inputs[$0], of: shapes, summed: steps)
      }
    default: return []
    }
  }

  /// As many multiply-accumulates as `value` has elements, times the sizes `summed`; the weight is
  /// input `slot`, if there is one.
  private func product(
    _ slot: Int?, _ value: String, of shapes: InferredShapes, summed: ArraySlice<Dimension>?
  ) -> LayerProduct {
    let elements = shapes.dimensions(of: value)
    let macs = elements.flatMap { elements in summed.map { (elements + $0).product } }
    let places = slot == 1 ? [1, 0] : slot.map { [$0] } ?? []
    return LayerProduct(macs: macs?.size, weights: places.map { inputs[$0] })
  }
}
