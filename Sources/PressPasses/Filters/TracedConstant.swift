import PressGraph
import PressTensor

/// A value that is a constant, maybe under other axes.
struct TracedConstant {
  /// The constant.
  let weight: WeightID
  /// The value's sizes.
  private(set) var sizes: [Int]
  /// For each axis of the value that of the constant; `nil` for one that was put in.
  private(set) var axes: [Int?]
  /// Where Reshapes on the way state the size of one of the constant's axes.
  private(set) var statements: [Statement] = []

  /// A place in a Reshape's target.
  struct Statement {
    /// The Reshape.
    let node: Int
    /// The place in its target.
    let place: Int
    /// The constant's axis whose size stands there.
    let axis: Int
  }

  /// A constant as it is.
  init(_ weight: Weight) {
    self.weight = weight.id
    sizes = weight.shape.dimensions
    axes = Array(sizes.indices)
  }

  /// The constant behind a node that only hands it on; `nil` for any other node.
  ///
  /// - Parameter integers: the elements of the node's second input, if they are known.
  func handedOn(by operation: Operation, node: Int, _ integers: [Int]?) -> TracedConstant? {
    switch operation {
    case .reshape(let attributes):
      return integers.flatMap { reshaped($0, node, allowsZero: attributes.allowsZero) }
    case .unary(.identity), .cast: return self
    case .transpose(let transpose):
      let order = transpose.permutation ?? Array(axes.indices.reversed())
      guard Set(order) == Set(axes.indices), order.count == axes.count else { return nil }
      var result = self
      result.axes = order.map { axes[$0] }
      result.sizes = order.map { sizes[$0] }
      return result
    case .unsqueeze(let unsqueeze):
      guard let places = unsqueeze.axes ?? integers else { return nil }
      let rank = axes.count + places.count
      let inserted = Set(places.map { $0 < 0 ? $0 + rank : $0 })
      guard inserted.count == places.count, inserted.allSatisfy({ 0..<rank ~= $0 }) else {
        return nil
      }
      var result = self
      var rest = zip(axes, sizes).makeIterator()
      let joined = (0..<rank).map { inserted.contains($0) ? (nil, 1) : rest.next() ?? (nil, 1) }
      result.axes = joined.map(\.0)
      result.sizes = joined.map(\.1)
      return result
    default: return nil
    }
  }

  /// The constant with axes of size 1 put in or left out; `nil` for other shapes.
  private func reshaped(_ target: [Int], _ node: Int, allowsZero: Bool) -> TracedConstant? {
    guard let after = ChannelTracer.resolved(target, sizes, allowsZero: allowsZero),
      after.filter({ $0 > 1 }) == sizes.filter({ $0 > 1 })
    else { return nil }
    var rest = zip(axes, sizes).filter { $0.1 > 1 }.map(\.0).makeIterator()
    var result = self
    result.sizes = after
    result.axes = after.map { $0 > 1 ? rest.next() ?? nil : nil }
    for (place, axis) in result.axes.enumerated() {
      guard let axis else { continue }
      // A 0 takes the size of the same place, which may be that of another axis.
      if target[place] == 0, place >= axes.count || axes[place] != axis { return nil }
      if target[place] > 0 {
        result.statements.append(Statement(node: node, place: place, axis: axis))
      }
    }
    return result
  }
}
