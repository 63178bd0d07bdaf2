extension ElementType {
  /// The bits of an element that make it other than 0 when any is set; `nil` if no value is 0.
  ///
  /// A float's sign bit is left out, so that -0 counts as 0. The FNUZ types have no -0: their sign
  /// bit alone is NaN. Complex numbers are looked at as two halves.
  package var nonzeroBits: UInt64? {
    switch self {
    case .float32, .complex64: 0x7FFF_FFFF
    case .float64, .complex128: 0x7FFF_FFFF_FFFF_FFFF
    case .float16, .bfloat16: 0x7FFF
    case .float8E4M3FN, .float8E5M2: 0x7F
    case .float8E4M3FNUZ, .float8E5M2FNUZ: 0xFF
    case .float4E2M1: 0x7
    case .float6E2M3, .float6E3M2: 0x1F
    case .float8E8M0, .string: nil
    default: .max
    }
  }

  /// Bits of the unit that `countNonzeros` looks at: half an element for complex numbers.
  private var unitWidth: Int? {
    switch self {
    case .complex64: 32
    case .complex128: 64
    default: bitWidth
    }
  }

  /// The number of the first `count` packed elements that are not 0.
  ///
  /// A string counts as not 0 whatever it says.
  public func countNonzeros(in span: RawSpan, count: Int) -> Int {
    guard let mask = nonzeroBits, let width = unitWidth else { return count }
    if self == .complex64 || self == .complex128 {
      return countComplex(in: span, count: count, width: width / 8, mask: mask)
    }
    var total = 0
    switch width {
    case 8:
      for i in 0..<count
      where span.loadLittleEndian(UInt8.self, at: i) & UInt8(truncatingIfNeeded: mask) != 0 {
        total += 1
      }
    case 16:
      for i in 0..<count
      where span.loadLittleEndian(UInt16.self, at: 2 * i) & UInt16(truncatingIfNeeded: mask) != 0 {
        total += 1
      }
    case 32:
      for i in 0..<count
      where span.loadLittleEndian(UInt32.self, at: 4 * i) & UInt32(truncatingIfNeeded: mask) != 0 {
        total += 1
      }
    case 64:
      for i in 0..<count where span.loadLittleEndian(UInt64.self, at: 8 * i) & mask != 0 {
        total += 1
      }
    default:
      for i in 0..<count where span.loadBits(at: i * width, count: width) & mask != 0 {
        total += 1
      }
    }
    return total
  }

  private func countComplex(in span: RawSpan, count: Int, width: Int, mask: UInt64) -> Int {
    var total = 0
    for i in 0..<count {
      let real = span.loadBits(at: i * 16 * width, count: width * 8)
      let imaginary = span.loadBits(at: (i * 2 + 1) * width * 8, count: width * 8)
      if (real | imaginary) & mask != 0 { total += 1 }
    }
    return total
  }
}

extension Weight {
  /// The number of decoded elements other than 0, counted from the streams.
  public func countNonzeros(in contents: WeightContents) throws -> Int {
    let count = keptCount(contents.mask)
    if values == .plain {
      return contents.values.withBytes { elementType.countNonzeros(in: $0, count: count) }
    }
    if case .codebook(bits: 0) = values, parts.count == 1, let entry = contents.codebook {
      return entry.withBytes { elementType.countNonzeros(in: $0, count: 1) } == 1 ? count : 0
    }
    let elements = try storedElements(contents)
    return elements.withBytes { elementType.countNonzeros(in: $0, count: count) }
  }
}
