extension Float {
  /// The bits of the nearest bfloat16, ties to even.
  package var bfloat16Bits: UInt16 {
    if isNaN { return UInt16(truncatingIfNeeded: bitPattern >> 16) | 0x40 }
    let rounding = 0x7FFF + (bitPattern >> 16) & 1
    return UInt16(truncatingIfNeeded: (bitPattern &+ rounding) >> 16)
  }

  /// The bits of the nearest float16, ties to even.
  package var float16Bits: UInt16 {
    let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
    if isNaN { return sign | 0x7E00 }
    let size = magnitude
    if size >= 65520 { return sign | 0x7C00 }
    // Adding a power of two leaves just the bits that float16 has room for, rounded by the adder.
    let exponent = Swift.max(Int(size.exponentOrLeast), -14)
    let anchor = Float(sign: .plus, exponent: exponent + 13, significand: 1)
    let rounded = (size + anchor) - anchor
    if rounded < 0x1p-14 { return sign | UInt16(rounded * 0x1p24) }
    let bits = rounded.bitPattern - (112 << 23)
    return sign | UInt16(truncatingIfNeeded: bits >> 13)
  }

  private var exponentOrLeast: Int { isZero ? -149 : Int(exponent) }

  /// The bits of this number in a float type; `nil` if the type is none of the four wide ones.
  package func bits(as type: ElementType) -> UInt64? {
    switch type {
    case .float32: UInt64(bitPattern)
    case .float64: Double(self).bitPattern
    case .float16: UInt64(float16Bits)
    case .bfloat16: UInt64(bfloat16Bits)
    default: nil
    }
  }

  /// A float16 from its bits.
  package init(float16Bits bits: UInt16) {
    let fraction = UInt32(bits & 0x3FF)
    let magnitude =
      switch bits >> 10 & 0x1F {
      case 0: Float(fraction) * 0x1p-24
      case 0x1F: Float(bitPattern: 0x7F80_0000 | fraction << 13)
      case let exponent: Float(bitPattern: (UInt32(exponent) + 112) << 23 | fraction << 13)
      }
    self = bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  /// A bfloat16 from its bits.
  package init(bfloat16Bits bits: UInt16) {
    self.init(bitPattern: UInt32(bits) << 16)
  }
}
