import PressTensor

/// Infers the outputs of one node from what is known of its inputs.
struct NodeInference {
  /// The node.
  let node: Node
  /// What is known of each input.
  let inputs: [Inferred]
  /// The model's constants.
  let weights: [WeightID: Weight]

  /// The outputs from the first on; those after the last that is returned are unknown.
  ///
  /// Throws `shapeMismatch` if the inputs cannot go together.
  func outputs() throws(GraphError) -> [Inferred] {
    if let outputs = try quantized() { return outputs }
    if let outputs = try picked() { return outputs }
    if let outputs = try computed() { return withReals(outputs) }
    return withReals(try moved())
  }

  /// The outputs of operators that compute; `nil` for all others.
  private func computed() throws(GraphError) -> [Inferred]? {
    switch node.operation {
    case .constant(let id, _): weights[id].map { [Inferred($0)] } ?? []
    case .unary(let function): [unary(function)]
    case .binary(let function): [try binary(function)]
    case .variadic(let function): [try variadic(function)]
    case .modulo(let attributes): [try modulo(attributes)]
    case .select: [try select()]
    case .cast(let cast): [self.cast(to: cast.target)]
    case .dropout(let attributes):
      [asInput, attributes.makesBooleanMask ? Inferred(.bool, self[0].dimensions) : asInput]
    case .activation, .clip, .softmax, .instanceNormalization, .groupNormalization,
      .localResponseNormalization, .cumulativeSum:
      [asInput]
    case .batchNormalization: batchNormalized
    case .layerNormalization(let attributes): try layerNormalized(attributes)
    case .rmsNormalization(let attributes): [try normalized(along: attributes.axis)]
    case .lpNormalization(let attributes): [try normalized(along: attributes.axis)]
    case .convolution(let attributes): [try convolution(attributes)]
    case .convolutionTranspose(let attributes): [try convolutionTranspose(attributes)]
    case .pool(let attributes): try pool(attributes)
    case .globalPool: [try globalPool()]
    case .gemm(let attributes): [try gemm(attributes)]
    case .matrixProduct: [try matrixProduct()]
    case .recurrent(let attributes): try recurrent(attributes)
    case .reduce(let attributes): [try reduction(attributes)]
    case .argReduce(let attributes): [try argReduction(attributes)]
    case .topK(let attributes): try topK(attributes)
    default: nil
    }
  }

  /// The outputs of operators on quantized numbers; `nil` for all others.
  private func quantized() throws(GraphError) -> [Inferred]? {
    switch node.operation {
    case .quantize(let attributes): [try quantize(attributes)]
    case .dequantize(let attributes): [try dequantize(attributes)]
    case .dynamicQuantize: dynamicallyQuantized
    case .quantizedConvolution(let attributes): [try quantizedConvolution(attributes)]
    case .quantizedProduct(let kind): [try quantizedProduct(kind)]
    default: nil
    }
  }

  /// The outputs of operators that pick elements by indices or positions; `nil` for all others.
  private func picked() throws(GraphError) -> [Inferred]? {
    switch node.operation {
    case .slice(let attributes): [try slice(attributes)]
    case .gather(let attributes): [try gather(attributes)]
    case .gatherElements(let attributes): [try gatherElements(attributes)]
    case .gatherND(let attributes): [try gatherND(attributes)]
    case .scatterElements(let attributes): [try scatterElements(attributes)]
    case .scatterND(let attributes): [try scatterND(attributes)]
    case .oneHot(let attributes): [try oneHot(attributes)]
    case .triangle: [try triangle()]
    case .rearrangeDepth(let attributes): [try rearrangedDepth(attributes)]
    case .resize(let attributes): [try resize(attributes)]
    default: nil
    }
  }

  /// The outputs of operators that move elements without computing.
  private func moved() throws(GraphError) -> [Inferred] {
    switch node.operation {
    case .flatten(let attributes): [try flatten(attributes)]
    case .reshape(let attributes): [try reshape(attributes)]
    case .transpose(let attributes): [try transpose(attributes)]
    case .squeeze(let attributes): [try squeeze(attributes)]
    case .unsqueeze(let attributes): [try unsqueeze(attributes)]
    case .expand: [try expand()]
    case .tile: [try tile()]
    case .concat(let attributes): [try concat(attributes)]
    case .split(let attributes): try split(attributes)
    case .pad(let attributes): [try pad(attributes)]
    case .shape(let attributes): [shape(attributes)]
    case .size: [size]
    case .range: [range()]
    case .constantOfShape(let attributes): [try constantOfShape(attributes)]
    case .opaque(let record) where NodeInference.keepsShape.contains(record.type):
      record.domain.isEmpty ? [asInput] : []
    default: []
    }
  }

  /// Operators that Press does not type, whose first output is like their first input.
  private static let keepsShape: Set<String> = [
    "Celu", "MeanVarianceNormalization", "Shrink",
  ]

  /// What is known of an input; nothing of one that is left out.
  subscript(index: Int) -> Inferred { index < inputs.count ? inputs[index] : Inferred() }

  /// Whether an input is given.
  func has(_ index: Int) -> Bool { index < node.inputs.count && !node.inputs[index].isEmpty }

  /// A value like the first input.
  var asInput: Inferred { Inferred(self[0].elementType, self[0].dimensions) }

  /// The error that the inputs cannot go together.
  func mismatch(expected: String, found: String) -> GraphError {
    .shapeMismatch(
      node: node.label, operation: node.operation.type, expected: expected, found: found)
  }

  /// An axis counted from the front; throws if there is none like it.
  func axis(_ axis: Int, of rank: Int) throws(GraphError) -> Int {
    guard -rank..<max(rank, 1) ~= axis else {
      throw mismatch(expected: "an axis of \(rank)", found: "axis \(axis)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Different axes counted from the front; throws if there are none like them.
  func axes(_ axes: [Int], of rank: Int) throws(GraphError) -> [Int] {
    var result: [Int] = []
    var seen: Set<Int> = []
    for axis in axes {
      let place = try self.axis(axis, of: rank)
      guard place < rank, seen.insert(place).inserted else {
        throw mismatch(expected: "different axes of \(rank)", found: "\(axes)")
      }
      result.append(place)
    }
    return result
  }
}
