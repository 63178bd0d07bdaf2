import PressTensor

extension Weight {
  /// The elements of a small floating-point tensor, row-major.
  ///
  /// `nil` for other types than float64, float32, float16 and bfloat16, for more than `limit`
  /// elements, for streams that cannot be read and for numbers that are not finite.
  func reals(limit: Int) -> [Double]? {
    guard elementType.isReadableAsReal, shape.count <= limit, let width = elementType.byteWidth,
      let bytes = try? decoded(), bytes.byteCount == shape.count * width
    else { return nil }
    let elements = bytes.withBytes { span in
      (0..<shape.count).map { elementType.real(in: span, at: $0 * width) }
    }
    return elements.allSatisfy(\.isFinite) ? elements : nil
  }
}

extension ElementType {
  /// Whether `reals(limit:)` can read elements.
  fileprivate var isReadableAsReal: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: true
    default: false
    }
  }

  /// The number that starts at `offset`; not a number for other types.
  fileprivate func real(in span: RawSpan, at offset: Int) -> Double {
    switch self {
    case .float64: Double(bitPattern: span.loadLittleEndian(UInt64.self, at: offset))
    case .float32: Double(Float(bitPattern: span.loadLittleEndian(UInt32.self, at: offset)))
    case .bfloat16:
      Double(Float(bitPattern: UInt32(span.loadLittleEndian(UInt16.self, at: offset)) << 16))
    case .float16: ElementType.half(span.loadLittleEndian(UInt16.self, at: offset))
    default: .nan
    }
  }

  /// A binary16 number from its bits: those of a float32 whose exponent is 112 too small.
  private static func half(_ bits: UInt16) -> Double {
    guard bits & 0x7C00 != 0x7C00 else { return .nan }
    let shifted = Float(bitPattern: UInt32(bits & 0x8000) << 16 | UInt32(bits & 0x7FFF) << 13)
    return Double(shifted) * 0x1p112
  }
}
