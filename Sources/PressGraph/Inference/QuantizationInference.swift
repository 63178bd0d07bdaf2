import PressTensor

extension NodeInference {
  func quantize(_ attributes: QuantizeLinear) throws(GraphError) -> Inferred {
    try expectScales(self[1], along: attributes.axis, blockSize: attributes.blockSize)
    let given = attributes.outputType ?? (has(2) ? self[2].elementType : .uint8)
    return Inferred(given, self[0].dimensions)
  }

  func dequantize(_ attributes: DequantizeLinear) throws(GraphError) -> Inferred {
    try expectScales(self[1], along: attributes.axis, blockSize: attributes.blockSize)
    return Inferred(attributes.outputType ?? self[1].elementType, self[0].dimensions)
  }

  /// Throws unless a vector of scales, or blocks of them, fit the first input.
  private func expectScales(
    _ scales: Inferred, along axis: Int, blockSize: Int
  ) throws(GraphError) {
    guard let input = self[0].dimensions, let dimensions = scales.dimensions, input.count > 1,
      !dimensions.isEmpty, dimensions != [.known(1)]
    else { return }
    let place = try self.axis(axis, of: input.count)
    let isBlocked = blockSize != 0
    guard blockSize >= 0, dimensions.count == (isBlocked ? input.count : 1) else {
      throw mismatch(
        expected: isBlocked ? "blocked scales of rank \(input.count)" : "a scale or a vector",
        found: dimensions.text)
    }
    var expected = isBlocked ? input : [input[place]]
    if isBlocked {
      expected[place] =
        input[place].size.map { .known($0 / blockSize + ($0 % blockSize).signum()) }
        ?? .unknown
    }
    let fits = zip(expected, dimensions).allSatisfy { wanted, found in
      wanted.size == nil || found.size == nil || wanted == found
    }
    guard fits else {
      throw mismatch(expected: "scales of \(expected.text)", found: dimensions.text)
    }
  }

  /// The bytes, the scale and the zero point.
  var dynamicallyQuantized: [Inferred] {
    [Inferred(.uint8, self[0].dimensions), Inferred(.float32, []), Inferred(.uint8, [])]
  }

  func quantizedConvolution(_ attributes: QuantizedConvolution) throws(GraphError) -> Inferred {
    let output = try operands(attributes.weightSlot).convolution(attributes.convolution)
    return Inferred(
      attributes.kind == .integer ? .int32 : self[7].elementType, output.dimensions)
  }

  func quantizedProduct(_ kind: QuantizedProduct) throws(GraphError) -> Inferred {
    let output = try operands(kind.weightSlot).matrixProduct()
    return Inferred(kind == .integer ? .int32 : self[7].elementType, output.dimensions)
  }

  /// The same node with its two operands alone, the second one being input `slot`.
  private func operands(_ slot: Int) -> NodeInference {
    NodeInference(node: node, inputs: [self[0], self[slot]], weights: weights)
  }
}
