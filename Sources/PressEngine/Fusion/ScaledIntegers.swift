internal import PressGraph
internal import PressKernels
internal import PressTensor

/// How a QuantizeLinear or DequantizeLinear node relates numbers and integers, where constants say
/// it: number = (integer - zero point) * scale.
struct ScaledIntegers: Sendable {
  /// The name of the node's input.
  let input: String
  /// The type of the integers.
  let type: ElementType
  /// One scale, or one for each index of `axis`.
  let scales: [Float]
  /// As many zero points.
  let zeros: [Int32]
  /// The axis that scales run along; negative counts from the end.
  let axis: Int

  /// The range of the integers of a type of 8 bits; `nil` for others.
  var range: ClosedRange<Int32>? {
    switch type {
    case .int8: -128...127
    case .uint8: 0...255
    default: nil
    }
  }

  /// Whether there is one scale for everything.
  var isUniform: Bool { scales.count == 1 }

  /// Whether scales are one, or run along an axis of `count` elements of a tensor of some rank.
  func run(along axis: Int, rank: Int, count: Int) -> Bool {
    isUniform || (self.axis < 0 ? self.axis + rank : self.axis) == axis && scales.count == count
  }

  /// The scale at an index of the axis.
  func scale(_ index: Int) -> Float { scales[isUniform ? 0 : index] }

  /// The zero point at an index of the axis.
  func zero(_ index: Int) -> Int32 { zeros[isUniform ? 0 : index] }
}

extension NodeList {
  /// What a DequantizeLinear that makes a float32 value says; `nil` for what other nodes make.
  func dequantized(_ name: String) -> ScaledIntegers? {
    guard let place = maker(of: name), let node = self[place],
      case .dequantize(let attributes) = node.operation, attributes.blockSize == 0,
      [nil, .float32].contains(attributes.outputType)
    else { return nil }
    return scaled(node, context.elementType(of: node.inputs[0]), axis: attributes.axis)
  }

  /// What a QuantizeLinear of float32 says; `nil` for other nodes.
  func quantized(_ node: Node) -> ScaledIntegers? {
    guard case .quantize(let attributes) = node.operation, attributes.blockSize == 0,
      [nil, .float32].contains(attributes.precision)
    else { return nil }
    let isZeroLeftOut = node.inputs.count < 3 || node.inputs[2].isEmpty
    let type = attributes.outputType ?? (isZeroLeftOut ? .uint8 : nil)
    return scaled(node, type, axis: attributes.axis)
  }

  /// The constants of a node, whose zero point has the type of the integers where that is known.
  private func scaled(_ node: Node, _ type: ElementType?, axis: Int) -> ScaledIntegers? {
    let input = node.inputs[0]
    guard let scales = floats(node.inputs[1]), !scales.isEmpty,
      scales.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { return nil }
    var (type, zeros) = (type, [Int32](repeating: 0, count: scales.count))
    if node.inputs.count > 2, !node.inputs[2].isEmpty {
      guard let found = constant(node.inputs[2])?.elementType, type ?? found == found,
        let elements = words(node.inputs[2]), elements.count == scales.count
      else { return nil }
      (type, zeros) = (found, elements)
    }
    return type.map {
      ScaledIntegers(input: input, type: $0, scales: scales, zeros: zeros, axis: axis)
    }
  }

  /// The elements of a small constant of 8-bit or 32-bit integers.
  func words(_ name: String) -> [Int32]? {
    guard let (type, shape) = constant(name), [.int8, .uint8, .int32].contains(type),
      shape.count <= 1 << 20
    else { return nil }
    switch context.bindings[name] {
    case .weight(let id):
      return try? context.weights[id]?.decoded().withBytes { type.words(in: $0) }
    case .constant(let constant):
      let bytes = constant.bytes
      return type.words(in: bytes.rawSpan)
    default: return nil
    }
  }
}
