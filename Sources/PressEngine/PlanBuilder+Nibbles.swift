internal import PressGraph
internal import PressKernels
internal import PressTensor

extension PlanBuilder {
  /// The node with constants of 4-bit integers as bytes of the same numbers, where it is one that
  /// only scales them.
  mutating func withBytes(_ node: Node) throws(EngineError) -> Node {
    guard case .dequantize = node.operation else { return node }
    do {
      return try widened(node)
    } catch {
      if let fatal = fatal(error) { throw fatal }
      return node
    }
  }

  private mutating func widened(_ node: Node) throws(PlanningProblem) -> Node {
    var node = node
    for place in node.inputs.indices {
      let name = node.inputs[place]
      let type = context.elementType(of: name)
      guard context.isConstant(name), type == .int4 || type == .uint4,
        case .constant(let packed) = try source(name)
      else { continue }
      try context.reserve(packed.shape.count, elementBytes: 1)
      let widened = "\(name)\u{0}bytes"
      context.bindings[widened] = .constant(packed.nibblesAsBytes)
      node.inputs[place] = widened
    }
    return node
  }
}

extension Constant {
  /// 4-bit integers, two in a byte and the lower half first, as 8-bit ones.
  fileprivate var nibblesAsBytes: Constant {
    let isSigned = elementType == .int4
    let packed = bytes.rawSpan
    let unpacked = AlignedBuffer<UInt8>(count: shape.count) { target in
      for index in 0..<target.count {
        let pair = packed.loadLittleEndian(UInt8.self, at: index / 2)
        let nibble = index % 2 == 0 ? pair & 15 : pair >> 4
        target[index] = isSigned && nibble > 7 ? nibble | 0xF0 : nibble
      }
    }
    return Constant(isSigned ? .int8 : .uint8, shape, unpacked)
  }
}
