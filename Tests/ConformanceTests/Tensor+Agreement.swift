import Press

extension Tensor {
  /// Why this tensor is not the expected one; `nil` if it is.
  ///
  /// Type and shape must be the same. float32 and float64 may differ by 1e-5 + 1e-3 |expected|,
  /// float16 and bfloat16 by two units in the last place, anything else not at all. One that is not
  /// a number equals another; infinities are exact. No case has a tolerance of its own.
  func disagreement(with expected: Tensor) -> String? {
    guard elementType == expected.elementType else {
      return "type \(elementType.name), expected \(expected.elementType.name)"
    }
    guard shape == expected.shape else { return "shape \(shape), expected \(expected.shape)" }
    if elementType == .string {
      return storage.copied() == expected.storage.copied() ? nil : "other strings"
    }
    let agrees = Agreement(elementType)
    var wrong = 0
    var first = ""
    let (bits, expectedBits) = (elementBits(), expected.elementBits())
    for index in bits.indices where !agrees.accepts(bits[index], expectedBits[index]) {
      if wrong == 0 {
        first =
          "first at \(index): \(agrees.text(bits[index])), "
          + "expected \(agrees.text(expectedBits[index]))"
      }
      wrong += 1
    }
    return wrong == 0 ? nil : "\(wrong) of \(bits.count) elements differ, \(first)"
  }

  /// The bits of each element, of complex numbers those of each part.
  private func elementBits() -> [UInt64] {
    var (width, count) = (elementType.bitWidth ?? 8, shape.count)
    if elementType == .complex64 || elementType == .complex128 {
      (width, count) = (width / 2, 2 * count)
    }
    return storage.withBytes { span in
      (0..<count).map { span.loadBits(at: $0 * width, count: width) }
    }
  }
}

/// The rule that two elements of a type are compared by.
struct Agreement {
  private enum Rule {
    case exact
    case single
    case double
    case narrow(infinity: Int)
  }

  private let rule: Rule
  private let elementType: ElementType

  /// The rule for a type.
  init(_ elementType: ElementType) {
    self.elementType = elementType
    rule =
      switch elementType {
      case .float32, .complex64: .single
      case .float64, .complex128: .double
      case .float16: .narrow(infinity: 0x7C00)
      case .bfloat16: .narrow(infinity: 0x7F80)
      default: .exact
      }
  }

  /// Whether the bits of an element are near enough to those expected.
  func accepts(_ found: UInt64, _ expected: UInt64) -> Bool {
    if found == expected { return true }
    switch rule {
    case .exact: return false
    case .single, .double: return isNear(value(found), value(expected))
    case .narrow(let infinity):
      let (a, b) = (Int(found & 0x7FFF), Int(expected & 0x7FFF))
      guard a < infinity, b < infinity else { return a > infinity && b > infinity }
      let signed = (found & 0x8000 == 0 ? a : -a, expected & 0x8000 == 0 ? b : -b)
      return abs(signed.0 - signed.1) <= 2
    }
  }

  private func isNear(_ found: Double, _ expected: Double) -> Bool {
    if found.isNaN || expected.isNaN { return found.isNaN && expected.isNaN }
    if found.isInfinite || expected.isInfinite { return found == expected }
    return abs(found - expected) <= 1e-5 + 1e-3 * abs(expected)
  }

  private func value(_ bits: UInt64) -> Double {
    if case .double = rule { return Double(bitPattern: bits) }
    return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
  }

  /// An element as people read it.
  func text(_ bits: UInt64) -> String {
    switch (rule, elementType) {
    case (.single, _): "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
    case (.double, _): "\(Double(bitPattern: bits))"
    case (_, .bfloat16): "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))"
    case (_, .int8): "\(Int8(truncatingIfNeeded: bits))"
    case (_, .int16): "\(Int16(truncatingIfNeeded: bits))"
    case (_, .int32): "\(Int32(truncatingIfNeeded: bits))"
    case (_, .int64): "\(Int64(bitPattern: bits))"
    case (_, .float16): Self.half(bits)
    default: "\(bits)"
    }
  }

  private static func half(_ bits: UInt64) -> String {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    let sign = bits & 0x8000 == 0 ? 1.0 : -1.0
    if exponent == 31 { return "\(fraction == 0 ? sign * .infinity : .nan)" }
    let significand = sign * (exponent == 0 ? fraction : 1024 + fraction)
    return "\(significand * Double(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1))"
  }
}
