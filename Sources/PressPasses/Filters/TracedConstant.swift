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

  /// A constant as it is.
  init(_ weight: Weight) {
    self.weight = weight.id
    sizes = weight.shape.dimensions
    axes = Array(sizes.indices)
  }

  /// The constant behind a node that only hands it on; `nil` for any other node.
  func handedOn(by operation: Operation, axes integers: [Int]?) -> TracedConstant? {
    switch operation {
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
}
