import PressTensor

/// How exactly a codebook's entries are held.
public enum EntryPrecision: String, Codable, Sendable, CaseIterable {
  /// As elements of the weight's type.
  case full
  /// As float16.
  case half
  /// As integers of 16 bits times a power of two, the same for all entries of the weight.
  case fixed

  /// Whether entries are to be rounded further than to a weight's type.
  func isNarrower(than type: ElementType) -> Bool {
    self != .full && (type.byteWidth ?? 0) > 2
  }

  /// The bytes of an entry of a weight of some type.
  func byteWidth(_ type: ElementType) -> Int {
    isNarrower(than: type) ? 2 : type.byteWidth ?? 1
  }

  /// Rounds ascending entries, and drops those that become equal to their neighbour.
  ///
  /// - Parameter largest: The largest magnitude of any entry of the weight.
  func rounded(_ entries: [Double], _ type: ElementType, largest: Double) -> [Double] {
    var result: [Double] = []
    for entry in entries {
      var number = entry
      if isNarrower(than: type) {
        number = self == .half ? Self.half(entry) : Self.fixed(entry, largest: largest)
      }
      number = Self.rounded(number, type)
      if result.last != number { result.append(number) }
    }
    return result
  }

  /// The nearest number of a type, but no infinity: no mean is larger than the largest element.
  private static func rounded(_ number: Double, _ type: ElementType) -> Double {
    switch type {
    case .float64: number + 0
    case .float16: half(number)
    case .bfloat16: Double(Float(bfloat16Bits: Float(number).bfloat16Bits)) + 0
    default: Double(Float(number)) + 0
    }
  }

  private static func half(_ number: Double) -> Double {
    Double(Float(float16Bits: Float(number).float16Bits)) + 0
  }

  /// The nearest multiple of the least power of two at which `largest` has no more than 15 bits.
  private static func fixed(_ number: Double, largest: Double) -> Double {
    // 32767 units have to reach the largest magnitude.
    var exponent = max(largest == 0 ? 0 : Int(largest.exponent) - 14, -100)
    if largest > Double(sign: .plus, exponent: exponent, significand: 32767) { exponent += 1 }
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    return (number / unit).rounded(.toNearestOrEven) * unit + 0
  }
}
