import PressTensor

/// A tensor as a view of another one's elements: what Transpose, Reshape and Unsqueeze leave of it.
struct StridedAxes: Hashable, Sendable {
  /// The axes, outermost first.
  var axes: [StridedAxis]

  /// A view of given axes.
  init(_ axes: [StridedAxis]) {
    self.axes = axes
  }

  /// The tensor itself, row-major.
  init(_ shape: Shape) {
    axes = StridedAxis.rowMajor(shape)
  }

  /// The axes in another order; `nil` if `permutation` is none.
  func transposed(_ permutation: [Int]?) -> StridedAxes? {
    guard let permutation else { return StridedAxes(axes.reversed()) }
    guard permutation.count == axes.count, Set(permutation) == Set(axes.indices) else { return nil }
    return StridedAxes(permutation.map { axes[$0] })
  }

  /// Axes of size 1 put in, so that they stand at `positions` of the result.
  func unsqueezed(_ positions: [Int]) -> StridedAxes? {
    let rank = axes.count + positions.count
    let places = Set(positions.map { $0 < 0 ? $0 + rank : $0 })
    guard places.count == positions.count, places.allSatisfy({ 0..<rank ~= $0 }) else { return nil }
    var rest = axes.makeIterator()
    return StridedAxes(
      (0..<rank).compactMap { place in
        places.contains(place) ? StridedAxis(size: 1, stride: 0) : rest.next()
      })
  }

  /// The same elements under other sizes; `nil` where no strides can express that.
  func reshaped(_ sizes: [Int]) -> StridedAxes? {
    let count = axes.reduce(1) { $0 * $1.size }
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { return nil }
      product = next
    }
    guard product == count else { return nil }
    var result: [StridedAxis] = []
    var old = axes.filter { $0.size != 1 }[...]
    var new = sizes[...]
    while let size = new.first {
      guard size > 1 else {
        result.append(StridedAxis(size: 1, stride: 0))
        new.removeFirst()
        continue
      }
      guard let group = StridedAxes.group(&old, &new) else { return nil }
      result += group
    }
    return StridedAxes(result)
  }

  /// Takes the shortest runs of old axes and new sizes of equal product, and strides for the
  /// latter.
  private static func group(
    _ old: inout ArraySlice<StridedAxis>, _ new: inout ArraySlice<Int>
  ) -> [StridedAxis]? {
    var joined: StridedAxis?
    var sizes: [Int] = []
    var product = 1
    repeat {
      if product > joined?.size ?? 1 || joined == nil {
        guard let next = old.popFirst() else { return nil }
        if let outer = joined, outer.stride != next.stride * next.size { return nil }
        joined = StridedAxis(size: (joined?.size ?? 1) * next.size, stride: next.stride)
      } else {
        guard let next = new.popFirst() else { return nil }
        sizes.append(next)
        product *= next
      }
    } while product != joined?.size
    var stride = joined?.stride ?? 1
    let axes = sizes.reversed().map { size in
      defer { stride *= size }
      return StridedAxis(size: size, stride: size == 1 ? 0 : stride)
    }
    return axes.reversed()
  }
}
