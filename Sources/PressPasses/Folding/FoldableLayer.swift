import PressGraph
import PressTensor

/// A layer with the nodes behind it that are an affine function of each of its output channels.
struct FoldableLayer {
  /// The layer's weight.
  let layer: RewrittenLayer
  /// The layer's node.
  let node: Node
  /// What follows, in order.
  let followers: [Node]
  /// What that comes to.
  let affine: ChannelAffine
  /// The layer's own bias, with its factor; zeros without one.
  private let bias: [Double]

  /// Finds what follows a layer; throws the reason where nothing can be folded into it.
  init(
    _ layer: RewrittenLayer, _ rewrite: GraphRewrite, _ constants: ConstantVectors,
    _ shapes: InferredShapes?
  ) throws(Declined) {
    guard layer.outputs.count == 1, let node = rewrite.node(making: layer.outputs[0]) else {
      throw Declined("shared by \(layer.outputs.count) layers")
    }
    self.layer = layer
    self.node = node
    let channels = layer.view.rows
    guard layer.slot == 1, let place = node.biasSlot else {
      throw Declined("\(node.operation.type) has no bias to fold into")
    }
    var affine = ChannelAffine(channels: channels)
    var followers: [Node] = []
    var value = node.outputs[0]
    var reason = Declined("nothing to fold follows it")
    while let next = rewrite.soleUser(of: value) {
      do {
        let rank = shapes?.dimensions(of: value)?.count
        try affine.append(next, of: value, rank: rank, constants)
      } catch {
        if case .batchNormalization = next.operation { reason = error }
        break
      }
      followers.append(next)
      value = next.outputs[0]
    }
    guard !followers.isEmpty else { throw reason }
    guard affine.isFinite else { throw Declined("factors that are not finite numbers") }
    (self.followers, self.affine) = (followers, affine)
    bias = try node.bias(place, channels, constants)
  }

  /// The node with everything folded in, its constants added to the rewrite.
  func folded(_ rewrite: inout GraphRewrite) throws -> Node {
    let (rows, columns) = (layer.view.rows, layer.view.columns)
    let elements = try layer.elements().enumerated().map { place, element in
      Float(Double(element) * affine.scale[place / columns])
    }
    let terms = (0..<rows).map { Float(bias[$0] * affine.scale[$0] + affine.shift[$0]) }
    let weight = layer.weight
    let shaped = node.operation.weight(fromRows: elements, layer.view)
    var result = node
    while result.inputs.count < 3 { result.inputs.append("") }
    result.inputs[1] = try rewrite.addConstant(
      weight.name + ".folded", shaped.elements, shaped.dimensions, like: weight)
    result.inputs[2] = try rewrite.addConstant(
      weight.name + ".bias", terms, [rows], like: weight)
    result.outputs = followers[followers.count - 1].outputs
    if case .gemm(var gemm) = node.operation {
      gemm.beta = 1
      result.operation = .gemm(gemm)
    }
    return result
  }
}

extension Node {
  /// Where the bias stands; `nil` for operators that have none.
  fileprivate var biasSlot: Int? {
    switch operation {
    case .convolution, .convolutionTranspose, .gemm: 2
    default: nil
    }
  }

  /// What the node adds to each channel.
  fileprivate func bias(
    _ slot: Int, _ channels: Int, _ constants: ConstantVectors
  ) throws(Declined) -> [Double] {
    guard inputs.count > slot, !inputs[slot].isEmpty else {
      return [Double](repeating: 0, count: channels)
    }
    guard let vector = constants.vector(inputs[slot]), [1, channels].contains(vector.count) else {
      throw Declined("'\(inputs[slot])' is no constant for each channel")
    }
    var factor = 1.0
    if case .gemm(let gemm) = operation { factor = Double(gemm.beta) }
    return (0..<channels).map { vector[vector.count == 1 ? 0 : $0] * factor }
  }
}

extension Operation {
  /// A layer's weight as its operator takes it, from the rows of its matrix.
  fileprivate func weight(fromRows elements: [Float], _ view: MatrixView) -> ShapedElements {
    let rest = view.columnAxes.dropFirst().map(\.size)
    switch self {
    case .gemm(let gemm) where !gemm.transB:
      return ShapedElements(
        transposing: elements, view.rows, view.columns, [view.columns, view.rows])
    case .convolutionTranspose(let attributes):
      // From (group, outputs, inputs, ...) to (group * inputs, outputs, ...).
      let (inputs, window) = (view.columnAxes[0].size, rest.reduce(1, *))
      let outputs = view.rows / attributes.group
      let moved = (0..<elements.count).map { place in
        let (output, input) = (place / window % outputs, place / window / outputs)
        let row = input / inputs * outputs + output
        return elements[(row * inputs + input % inputs) * window + place % window]
      }
      return ShapedElements(moved, [attributes.group * inputs, outputs] + rest)
    case .convolution: return ShapedElements(elements, [view.rows, view.columnAxes[0].size] + rest)
    default: return ShapedElements(elements, [view.rows, view.columns])
    }
  }
}
