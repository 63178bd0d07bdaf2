import PressGraph
import PressTensor

/// Operators that hand elements on, in other places or shapes.
extension ChannelTracer {
  /// Follows channels through a node that is neither a layer nor a function of several values.
  mutating func move(_ node: Node, _ index: Int) {
    if case .concat(let concat) = node.operation { return join(node, concat) }
    guard let input = node.inputs.first, let read = values[input] else { return pin(node) }
    pin(Array(node.inputs.dropFirst()), "'\(node.label)' (\(node.operation.type)) needs them")
    switch node.operation {
    case .unary, .activation, .clip, .cast, .dropout, .quantize, .dequantize:
      guard isByElement(node) else { return pin(node) }
      for output in node.outputs { set(output, read) }
    case .pool, .globalPool:
      guard read.axis == 1, node.outputs.dropFirst().allSatisfy(\.isEmpty) else { return pin(node) }
      set(node.outputs.first, read)
    case .shape: readSizes(node, read)
    case .flatten, .reshape, .transpose, .squeeze, .unsqueeze: reshape(node, index, read)
    default:
      guard let axis = axis(of: read.axis, behind: node) else { return pin(node) }
      for output in node.outputs {
        set(output, ChannelAxis(axis: axis, channels: read.channels))
      }
    }
  }

  /// Whether every parameter of a function of elements is one for all.
  private func isByElement(_ node: Node) -> Bool {
    node.inputs.dropFirst().allSatisfy { name in
      name.isEmpty || rank(name) == 0 || rank(name) == 1 && size(name, 0) == 1
    }
  }

  /// Where channels stand behind a node that mixes or moves elements along other axes only.
  private func axis(of axis: Int, behind node: Node) -> Int? {
    guard let rank = rank(node.inputs[0]) else { return nil }
    func place(_ axis: Int) -> Int { axis < 0 ? axis + rank : axis }
    switch node.operation {
    case .softmax(let softmax):
      let own = place(softmax.axis)
      return (softmax.joinsTrailingAxes ? axis < own : axis != own) ? axis : nil
    case .layerNormalization(let attributes): return axis < place(attributes.axis) ? axis : nil
    case .rmsNormalization(let attributes): return axis < place(attributes.axis) ? axis : nil
    case .lpNormalization(let attributes): return axis != place(attributes.axis) ? axis : nil
    case .reduce(let reduction):
      guard let axes = reduction.axes ?? input(node, 1) else { return nil }
      let reduced = Set(axes.map(place))
      guard !reduced.isEmpty, !reduced.contains(axis) else { return nil }
      return reduction.keepsAxes ? axis : axis - reduced.count { $0 < axis }
    case .pad(let pad): return isPadded(node, pad, axis, rank) ? nil : axis
    case .split(let split): return place(split.axis) == axis ? nil : axis
    case .slice(let slice):
      let named = slice.axes ?? input(node, 3)
      guard let starts = slice.starts ?? input(node, 1) else { return nil }
      return (named ?? Array(starts.indices)).map(place).contains(axis) ? nil : axis
    case .resize(let resize): return isResized(node, resize, axis, rank) ? nil : axis
    default: return nil
    }
  }

  /// The integers of an input, if it is there and they are known.
  private func input(_ node: Node, _ slot: Int) -> [Int]? {
    node.inputs.indices.contains(slot) ? integers(node.inputs[slot]) : nil
  }

  private func isPadded(_ node: Node, _ pad: Pad, _ axis: Int, _ rank: Int) -> Bool {
    guard let pads = pad.pads ?? input(node, 1) else { return true }
    var axes = Array(0..<rank)
    if node.inputs.count > 3, !node.inputs[3].isEmpty {
      guard let named = input(node, 3) else { return true }
      axes = named.map { $0 < 0 ? $0 + rank : $0 }
    }
    guard pads.count == 2 * axes.count else { return true }
    guard let place = axes.firstIndex(of: axis) else { return false }
    return pads[place] != 0 || pads[place + axes.count] != 0
  }

  private func isResized(_ node: Node, _ resize: Resize, _ axis: Int, _ rank: Int) -> Bool {
    if let axes = resize.axes, !axes.contains(where: { $0 == axis || $0 + rank == axis }) {
      return false
    }
    let slot = resize.takesOnlyScales ? 1 : 2
    guard resize.axes == nil, node.inputs.indices.contains(slot),
      let scales = floats(node.inputs[slot]), scales.count == rank
    else { return true }
    return scales[axis] != 1
  }

  /// Values joined along the axis of channels, or along another one.
  private mutating func join(_ node: Node, _ concat: Concat) {
    guard let first = node.inputs.compactMap({ values[$0] }).first else { return }
    guard let rank = node.inputs.compactMap({ rank($0) }).first else { return pin(node) }
    let axis = concat.axis < 0 ? concat.axis + rank : concat.axis
    guard node.inputs.allSatisfy({ values[$0].map { $0.axis == first.axis } ?? true }) else {
      return pin(node)
    }
    if axis != first.axis {
      guard
        node.inputs.allSatisfy({ values[$0]?.channels.count == first.channels.count })
      else { return pin(node) }
      for name in node.inputs { classes.join(first.channels, values[name]?.channels ?? []) }
      return set(node.outputs.first, first)
    }
    var channels: [Int] = []
    for name in node.inputs {
      if let value = values[name] {
        channels += value.channels
      } else if let size = size(name, axis) {
        let others = classes.make(size)
        classes.pin(others, "no filters make them")
        channels += others
      } else {
        return pin(node)
      }
    }
    set(node.outputs.first, ChannelAxis(axis: axis, channels: channels))
  }
}
