import PressGraph
import PressTensor

/// Layers that make channels, and normalizations of channels.
extension ChannelTracer {
  /// Follows channels through a node.
  mutating func follow(_ node: Node, _ index: Int) {
    switch node.operation {
    case .convolution(let attributes): convolve(node, index, group: attributes.group)
    case .convolutionTranspose(let attributes): convolveTransposed(node, group: attributes.group)
    case .gemm(let gemm): multiply(node, gemm)
    case .matrixProduct: multiply(node)
    case .batchNormalization(let attributes):
      guard attributes.spatial, !attributes.trainingMode else { return pin(node) }
      normalize(node, parameters: 1..<5)
    case .instanceNormalization: normalize(node, parameters: 1..<3)
    case .localResponseNormalization:
      pin(node.inputs, "'\(node.label)' (LRN) normalizes neighbouring channels together")
    case .binary, .variadic, .select, .modulo: broadcast(node)
    default: move(node, index)
    }
  }

  /// (N, C, ...) by (M, C/group, ...) to (N, M, ...).
  private mutating func convolve(_ node: Node, _ index: Int, group: Int) {
    guard node.inputs.count > 1, let weight = constants[node.inputs[1]], weight.sizes.count >= 3
    else { return pin(node) }
    let read = values[node.inputs[0]]
    if let read, read.axis != 1 { return pin(node) }
    let (rows, columns) = (weight.sizes[0], weight.sizes[1])
    var made: [Int]?
    if group == 1 {
      made = filters(node, 1, rowAxis: 0, columnAxis: 1, reading: read?.channels)
    } else if let read, columns == 1, read.channels.count == group, rows % group == 0 {
      // Each channel is read by filters of its own, and goes with them.
      let times = rows / group
      let channels = read.channels.flatMap { [Int](repeating: $0, count: times) }
      made = filters(
        node, 1, rowAxis: 0, columnAxis: nil, reading: nil, channels: channels)
      depthwise[index] = read.channels
    } else {
      made = filters(node, 1, rowAxis: 0, columnAxis: nil, reading: nil)
      let reason = "'\(node.label)' reads and makes them in \(group) groups"
      classes.pin(made ?? [], reason)
      pin([node.inputs[0]], reason)
    }
    guard let made else { return pin(node) }
    cutParameter(node, 2, 0, made)
    set(node.outputs.first, ChannelAxis(axis: 1, channels: made))
  }

  /// (N, C, ...) by (C, M/group, ...) to (N, M, ...).
  private mutating func convolveTransposed(_ node: Node, group: Int) {
    let read = values[node.inputs.first ?? ""]
    guard group == 1, node.inputs.count > 1, let weight = constants[node.inputs[1]],
      weight.sizes.count >= 3, read == nil || read?.axis == 1,
      let made = filters(node, 1, rowAxis: 1, columnAxis: 0, reading: read?.channels)
    else { return pin(node) }
    cutParameter(node, 2, 0, made)
    set(node.outputs.first, ChannelAxis(axis: 1, channels: made))
  }

  /// (M, K) by (K, N), or (N, K), to (M, N).
  private mutating func multiply(_ node: Node, _ gemm: Gemm) {
    let read = values[node.inputs.first ?? ""]
    guard node.inputs.count > 1, !gemm.transA, let weight = constants[node.inputs[1]],
      weight.sizes.count == 2, read == nil || read?.axis == 1
    else { return pin(node) }
    let (row, column) = gemm.transB ? (0, 1) : (1, 0)
    guard
      let made = filters(node, 1, rowAxis: row, columnAxis: column, reading: read?.channels)
    else { return pin(node) }
    if node.inputs.count > 2, !node.inputs[2].isEmpty {
      let rank = rank(node.inputs[2]) ?? 0
      let isShared = rank == 0 || size(node.inputs[2], rank - 1) == 1
      if !isShared || made.count == 1 { cutParameter(node, 2, max(rank - 1, 0), made) }
    }
    set(node.outputs.first, ChannelAxis(axis: 1, channels: made))
  }

  /// (..., K) by (K, N) to (..., N).
  private mutating func multiply(_ node: Node) {
    guard node.inputs.count > 1, let weight = constants[node.inputs[1]], weight.sizes.count == 2,
      constants[node.inputs[0]] == nil, let rank = rank(node.inputs[0]), rank >= 2
    else { return pin(node) }
    let read = values[node.inputs[0]]
    if let read, read.axis != rank - 1 { return pin(node) }
    guard let made = filters(node, 1, rowAxis: 1, columnAxis: 0, reading: read?.channels) else {
      return pin(node)
    }
    set(node.outputs.first, ChannelAxis(axis: rank - 1, channels: made))
  }

  /// A normalization of each channel, with parameters that have an element for each.
  private mutating func normalize(_ node: Node, parameters: Range<Int>) {
    guard let input = node.inputs.first, let read = values[input] else { return }
    guard read.axis == 1 else { return pin(node) }
    for slot in parameters { cutParameter(node, slot, 0, read.channels) }
    normalize(input, by: node, parameters.lowerBound)
    set(node.outputs.first, read)
  }

  /// A function of elements of several values, broadcast.
  private mutating func broadcast(_ node: Node) {
    let inputs = node.inputs.filter { !$0.isEmpty }
    guard let first = inputs.compactMap({ values[$0] }).first else { return }
    let ranks = inputs.compactMap { rank($0) }
    guard ranks.count == inputs.count, let rank = ranks.max() else { return pin(node) }
    let found = inputs.indices.compactMap { place in
      values[inputs[place]].map { ($0.axis + rank - ranks[place], $0.channels) }
    }
    let width = found.map(\.1.count).max() ?? first.channels.count
    let axis = found[0].0
    guard let full = found.first(where: { $0.1.count == width })?.1,
      found.allSatisfy({ $0.0 == axis && [1, width].contains($0.1.count) })
    else { return pin(node) }
    for slot in node.inputs.indices where !node.inputs[slot].isEmpty {
      let (name, own) = (node.inputs[slot], axis - rank + (self.rank(node.inputs[slot]) ?? rank))
      if let value = values[name] {
        if value.channels.count == width {
          classes.join(full, value.channels)
        } else {
          classes.pin(value.channels, "'\(node.label)' spreads them over others")
        }
      } else if own >= 0, size(name, own) != 1 || width == 1 {
        cutParameter(node, slot, own, full)
      }
    }
    set(node.outputs.first, ChannelAxis(axis: axis, channels: full))
  }
}
