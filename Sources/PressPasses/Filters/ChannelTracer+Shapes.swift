import PressGraph
import PressTensor

/// Operators that hand on the same elements under other axes.
extension ChannelTracer {
  /// Flatten, Reshape, Transpose, Squeeze and Unsqueeze.
  mutating func reshape(_ node: Node, _ index: Int, _ read: ChannelAxis) {
    guard let rank = rank(node.inputs[0]) else { return pin(node) }
    var axis: Int?
    switch node.operation {
    case .transpose(let transpose):
      axis = (transpose.permutation ?? (0..<rank).reversed()).firstIndex(of: read.axis)
    case .squeeze(let squeeze):
      // Without axes, a value left with one channel would lose its axis.
      let axes = squeeze.axes ?? (node.inputs.count > 1 ? integers(node.inputs[1]) : nil)
      let removed = axes.map { Set($0.map { $0 < 0 ? $0 + rank : $0 }) }
      if let removed, !removed.contains(read.axis) {
        axis = read.axis - removed.count { $0 < read.axis }
      }
    case .unsqueeze(let unsqueeze):
      if let axes = unsqueeze.axes ?? integers(node.inputs.last ?? "") {
        let inserted = Set(axes.map { $0 < 0 ? $0 + rank + axes.count : $0 })
        axis = (0..<(rank + axes.count)).filter { !inserted.contains($0) }[read.axis]
      }
    case .flatten(let flatten): return self.flatten(node, read, at: flatten.axis, rank)
    case .reshape(let attributes): return reshape(node, index, read, attributes)
    default: break
    }
    guard let axis else { return pin(node) }
    set(node.outputs.first, ChannelAxis(axis: axis, channels: read.channels))
  }

  /// A Shape whose readers only look at other axes than that of the channels needs none of them.
  mutating func readSizes(_ node: Node, _ read: ChannelAxis) {
    guard let rank = rank(node.inputs[0]), case .shape(let shape) = node.operation,
      shape.start == 0, shape.end == nil, let output = node.outputs.first,
      readers(of: output).allSatisfy({ reader in
        guard case .gather(let gather) = reader.operation, gather.axis == 0,
          reader.inputs.count > 1, reader.inputs[0] == output,
          let picked = integers(reader.inputs[1])
        else { return false }
        return !picked.contains { $0 == read.axis || $0 + rank == read.axis }
      })
    else { return pin(node) }
  }

  private mutating func flatten(_ node: Node, _ read: ChannelAxis, at axis: Int, _ rank: Int) {
    let first = axis < 0 ? axis + rank : axis
    guard first > 0, first <= read.axis,
      let outer = product(node.inputs[0], first..<read.axis),
      let inner = product(node.inputs[0], (read.axis + 1)..<rank)
    else { return pin(node) }
    set(node.outputs.first, ChannelAxis(axis: 1, channels: read.spread(outer, inner)))
  }

  private mutating func reshape(
    _ node: Node, _ index: Int, _ read: ChannelAxis, _ attributes: Reshape
  ) {
    guard node.inputs.count > 1, let target = integers(node.inputs[1]),
      let before = sizes(node.inputs[0]),
      let after = Self.resolved(target, before, allowsZero: attributes.allowsZero),
      let place = Self.place(of: read.axis, before, after),
      // Sizes are those of one example: with more of them, axes that swallow the first have others.
      (place.range.lowerBound > 0) == (place.axis > 0), place.axis > 0 || read.axis == 0
    else { return pin(node) }
    let channels = read.spread(
      before[place.range.lowerBound..<read.axis].reduce(1, *),
      before[(read.axis + 1)..<place.range.upperBound].reduce(1, *))
    // A size that the target states has to be stated anew; -1 and 0 find the new one themselves.
    if target[place.axis] > 0 {
      guard constants[node.inputs[1]] != nil else { return pin(node) }
      reshapes[index] = [place.axis: channels]
    } else if target[place.axis] == 0, place.axis != read.axis {
      return pin(node)
    }
    set(node.outputs.first, ChannelAxis(axis: place.axis, channels: channels))
  }

  /// A Reshape's target with its 0 and -1 replaced.
  static func resolved(_ target: [Int], _ before: [Int], allowsZero: Bool) -> [Int]? {
    var after = target
    for (axis, size) in target.enumerated() where size == 0 {
      guard !allowsZero, axis < before.count else { return nil }
      after[axis] = before[axis]
    }
    let known = after.filter { $0 != -1 }.reduce(1, *)
    let total = before.reduce(1, *)
    if let open = after.firstIndex(of: -1) {
      guard known > 0, total % known == 0 else { return nil }
      after[open] = total / known
    }
    return after.reduce(1, *) == total && after.allSatisfy({ $0 > 0 }) ? after : nil
  }

  /// The one axis of the new shape that holds an axis of the old one, and the old axes that it joins.
  private static func place(
    of axis: Int, _ before: [Int], _ after: [Int]
  ) -> (axis: Int, range: Range<Int>)? {
    var (first, end, new) = (before.count, before.count, after.count)
    while first > axis {
      // The shortest runs of old and of new axes, from the end, with as many elements.
      end = first
      let newEnd = new
      var (old, made) = (1, 1)
      repeat {
        if old <= made, first > 0 {
          first -= 1
          old *= before[first]
        } else {
          guard new > 0 else { return nil }
          new -= 1
          made *= after[new]
        }
      } while old != made || new == newEnd
      guard first <= axis else { continue }
      let wide = (new..<newEnd).filter { after[$0] > 1 }
      guard let only = wide.first ?? (new..<newEnd).first, wide.count <= 1 else { return nil }
      return (only, first..<end)
    }
    return nil
  }

  /// All sizes of a value, if they are known and not 0, and their product fits.
  private func sizes(_ value: String) -> [Int]? {
    guard let rank = rank(value), product(value, 0..<rank) != nil else { return nil }
    return (0..<rank).compactMap { size(value, $0) }
  }

  /// The product of some sizes, if they are known and not 0.
  private func product(_ value: String, _ axes: Range<Int>) -> Int? {
    var product = 1
    for axis in axes {
      guard let size = size(value, axis), size > 0,
        case (let next, let overflow) = product.multipliedReportingOverflow(by: size), !overflow
      else { return nil }
      product = next
    }
    return product
  }
}

extension ChannelAxis {
  /// The channels of an axis that joins this one with axes before and behind it.
  fileprivate func spread(_ outer: Int, _ inner: Int) -> [Int] {
    let once = inner == 1 ? channels : channels.flatMap { [Int](repeating: $0, count: inner) }
    return outer == 1 ? once : Array((0..<outer).map { _ in once }.joined())
  }
}
