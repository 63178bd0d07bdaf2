internal import PressGraph
internal import PressKernels
internal import PressTensor

extension NodeList {
  /// Puts one node in place of every layer whose operands are dequantized, with what is behind it up
  /// to the QuantizeLinear, and takes away each DequantizeLinear that nobody needs then.
  mutating func groupIntegers() {
    for index in indices {
      if let (places, node, group) = integerGroup(at: index) {
        replace(places, by: node, group)
      } else if let (places, node) = movedIntegers(at: index) {
        replace(places, by: node)
      }
    }
    for index in indices {
      guard let node = self[index], case .dequantize = node.operation,
        !kept.contains(node.outputs[0]), users(of: node.outputs[0]).isEmpty
      else { continue }
      remove(index)
    }
  }

  /// DequantizeLinear -> Conv, MatMul or Gemm (-> Add) (-> Relu or Clip) -> QuantizeLinear.
  ///
  /// The weight is constant. Without the last two the result is float32. `nil` where a sum could be
  /// beyond int32.
  private func integerGroup(at place: Int) -> (places: [Int], node: Node, group: IntegerGroup)? {
    guard let node = self[place], node.inputs.count > 1,
      let x = dequantized(node.inputs[0]), x.isUniform, x.range != nil,
      let w = dequantized(node.inputs[1]), w.range != nil, let weight = constant(w.input),
      weight.elementType == w.type, let sizes = IntegerLayerShape(node, weight: weight.shape),
      w.run(along: sizes.axis, rank: sizes.rank, count: sizes.columns),
      sizes.canSum(w), !context.isConstant(x.input)
    else { return nil }
    var chain = IntegerChain(node, place)
    if chain.hasBias {
      guard let shape = biasShape(chain.bias), sizes.takesBias(shape) else { return nil }
    } else {
      chain.takeSum(self, sizes)
    }
    chain.takeResult(self)
    guard let terms = IntegerTerms(x, w, sizes, chain, self), let last = self[chain.last] else {
      return nil
    }
    let group = IntegerGroup(
      layer: sizes.layer, weight: w.input, inputIsSigned: x.type == .int8, terms: terms,
      resultType: chain.result?.type ?? .float32)
    let joined = Node(
      name: node.name, inputs: [x.input], outputs: last.outputs,
      operation: group.operation)
    return (chain.places, joined, group)
  }
}

extension IntegerGroup {
  /// The operator that comes nearest.
  fileprivate var operation: Operation {
    let isLinear = resultType != .float32
    switch layer {
    case .convolution(let attributes):
      var convolution = QuantizedConvolution(isLinear ? .linear : .integer, opset: 10)
      convolution.convolution = attributes
      return .quantizedConvolution(convolution)
    case .product: return .quantizedProduct(isLinear ? .linear : .integer)
    }
  }
}

extension IntegerLayerShape {
  /// Whether no sum of products, of which half the range is left to a bias, is beyond int32.
  fileprivate func canSum(_ w: ScaledIntegers) -> Bool {
    let largest = w.type == .int8 && w.zeros.allSatisfy { $0 == 0 } ? 128 : 255
    return depth <= (1 << 30) / (255 * largest)
  }
}

extension IntegerLayerShape {
  /// Whether a bias of some shape is one element for each output channel, or one for all of a
  /// product's.
  fileprivate func takesBias(_ shape: Shape) -> Bool {
    if case .convolution = layer { return shape.dimensions == [columns] }
    return shape.rank <= 2 && (shape.count == 1 || shape.isRow(of: columns))
  }
}

extension Shape {
  /// Whether all elements lie along the last axis, and are so many.
  fileprivate func isRow(of columns: Int) -> Bool {
    dimensions.last == columns && count == columns
  }
}

/// A layer and the nodes behind it that its kernel does.
struct IntegerChain {
  private(set) var places: [Int]
  /// The name of the bias; empty where there is none.
  private(set) var bias: String
  /// What the output is quantized to; `nil` where it is float32.
  private(set) var result: ScaledIntegers?
  /// The bounds of the output before it is quantized.
  private(set) var bounds: (low: Float, high: Float) = (-.infinity, .infinity)
  private var output: String

  init(_ node: Node, _ place: Int) {
    places = [place]
    bias = node.inputs.count > 2 ? node.inputs[2] : ""
    output = node.outputs[0]
  }

  var last: Int { places[places.count - 1] }
  var hasBias: Bool { !bias.isEmpty }

  /// Takes an Add behind a product as its bias.
  mutating func takeSum(_ list: NodeList, _ sizes: IntegerLayerShape) {
    guard case .product = sizes.layer, let place = list.soleUser(of: output),
      let node = list[place], case .binary(.add) = node.operation,
      let other = list.other(than: output, in: node), let shape = list.biasShape(other),
      shape.rank <= list.rank(output), shape.isRow(of: sizes.columns)
    else { return }
    places.append(place)
    bias = other
    output = node.outputs[0]
  }

  /// Takes a QuantizeLinear, and a Relu or Clip before it.
  mutating func takeResult(_ list: NodeList) {
    guard var place = list.soleUser(of: output), var node = list[place] else { return }
    var (taken, bounds) = ([place], self.bounds)
    if let found = list.activationBounds(node), node.inputs[0] == output {
      guard found.low <= found.high, let next = list.soleUser(of: node.outputs[0]),
        let follower = list[next]
      else { return }
      (place, node, bounds) = (next, follower, found)
      taken.append(place)
    }
    guard let quantized = list.quantized(node), quantized.isUniform, quantized.range != nil,
      quantized.scales[0].isNormal, list[taken[0]]?.inputs[0] == output
    else { return }
    places += taken
    self.bounds = bounds
    result = quantized
    output = node.outputs[0]
  }
}

extension NodeList {
  /// The bounds of a Relu, or of a Clip between constants.
  fileprivate func activationBounds(_ node: Node) -> (low: Float, high: Float)? {
    if case .unary(.relu) = node.operation { return (0, .infinity) }
    return bounds(of: node)
  }

  /// The shape of a constant that can be a bias: of float32, or dequantized.
  fileprivate func biasShape(_ name: String) -> Shape? {
    constant(name)?.shape ?? dequantized(name).flatMap { constant($0.input)?.shape }
  }
}
