extension Tensor {
  /// The elements of a numeric or boolean tensor as doubles; integers above 2^53 are rounded.
  ///
  /// Throws `elementType` for strings, complex numbers, and types narrower than a half other than
  /// 8-bit integers and bools.
  public func numbers() throws(TensorError) -> [Double] {
    guard let width = elementType.byteWidth,
      elementType.isIntegral || [.float32, .float64, .float16, .bfloat16].contains(elementType)
    else { throw .elementType(expected: "numbers", found: elementType) }
    let type = elementType
    return storage.withBytes { span in
      (0..<shape.count).map { type.number(in: span, at: $0 * width) }
    }
  }
}

extension ElementType {
  /// The number that starts at `offset`; 0 for types that hold none.
  fileprivate func number(in span: RawSpan, at offset: Int) -> Double {
    switch self {
    case .float32: Double(Float(bitPattern: span.loadLittleEndian(UInt32.self, at: offset)))
    case .float64: Double(bitPattern: span.loadLittleEndian(UInt64.self, at: offset))
    case .float16: Double(Float(float16Bits: span.loadLittleEndian(UInt16.self, at: offset)))
    case .bfloat16: Double(Float(bfloat16Bits: span.loadLittleEndian(UInt16.self, at: offset)))
    case .uint64: Double(span.loadLittleEndian(UInt64.self, at: offset))
    default: Double(integer(in: span, at: offset) ?? 0)
    }
  }
}
