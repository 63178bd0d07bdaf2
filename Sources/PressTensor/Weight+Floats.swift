extension Weight {
  /// The dense elements as float32, row after row of `view`; in the tensor's order without one.
  ///
  /// - Throws: whatever reading the streams throws; `TensorError.elementType` for types that are not
  ///   float32, float64, float16 or bfloat16.
  public func floats(byRowsOf view: MatrixView? = nil) throws -> [Float] {
    let dense = try decoded()
    let ordered = try view.map { view in try elements(dense, byRowsOf: view) } ?? dense
    return try elementType.floats(in: ordered, count: shape.count)
  }
}

extension ElementType {
  /// Packed elements of this floating-point type as float32.
  public func floats(in bytes: Storage, count: Int) throws(TensorError) -> [Float] {
    guard let expected = try byteCount(count), bytes.byteCount == expected else {
      throw .byteCount(expected: try byteCount(count) ?? count, found: bytes.byteCount)
    }
    switch self {
    case .float32:
      return bytes.withBytes { span in
        (0..<count).map { Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * $0)) }
      }
    case .float64:
      return bytes.withBytes { span in
        (0..<count).map {
          Float(Double(bitPattern: span.loadLittleEndian(UInt64.self, at: 8 * $0)))
        }
      }
    case .float16:
      return bytes.withBytes { span in
        (0..<count).map { Float(float16Bits: span.loadLittleEndian(UInt16.self, at: 2 * $0)) }
      }
    case .bfloat16:
      return bytes.withBytes { span in
        (0..<count).map { Float(bfloat16Bits: span.loadLittleEndian(UInt16.self, at: 2 * $0)) }
      }
    default: throw .elementType(expected: "a floating-point type", found: self)
    }
  }

  /// Packed elements of this floating-point type, each the nearest to a float32.
  public func elements(of numbers: [Float]) throws(TensorError) -> Storage {
    guard [.float32, .float64, .float16, .bfloat16].contains(self) else {
      throw .elementType(expected: "a floating-point type", found: self)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * (byteWidth ?? 4))
    for number in numbers {
      switch self {
      case .float32: bytes.appendLittleEndian(number.bitPattern)
      case .float64: bytes.appendLittleEndian(Double(number).bitPattern)
      case .float16: bytes.appendLittleEndian(number.float16Bits)
      default: bytes.appendLittleEndian(number.bfloat16Bits)
      }
    }
    return Storage(bytes)
  }
}
