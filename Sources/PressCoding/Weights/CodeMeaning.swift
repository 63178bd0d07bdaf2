import PressTensor

/// Which codes of a weight stand for something other than 0, part by part.
struct CodeMeaning {
  private let weight: StoredWeight
  /// The codebooks in the weight's own type, the scales as float32, the zero points as bytes: those
  /// that there are.
  private let parameters: WeightContents

  init(_ weight: StoredWeight, _ parameters: WeightContents) {
    self.weight = weight
    self.parameters = parameters
  }

  /// Sets for each of 256 codes whether it stands for something other than 0 in a part.
  ///
  /// - Parameter flags: 256 flags; those of codes that do not exist stay as they are.
  func fill(_ flags: inout [Bool], part: Int) {
    switch weight.values {
    case .plain, .narrow: return
    case .codebook: fillCodebook(&flags, part)
    case .fixed(let bits, let radix):
      for code in 0..<min(1 << bits, 256) {
        flags[code] = isNonzero(FixedPoint.value(code, bits: bits, radix: radix))
      }
    case .affine(let bits): fillAffine(&flags, part, bits)
    case .ternary:
      flags[0] = isNonzero(scale(2 * part))
      flags[1] = false
      flags[2] = isNonzero(scale(2 * part + 1))
    case .binary:
      flags[0] = isNonzero(scale(part))
      flags[1] = flags[0]
    }
  }

  /// For each code of 16 bits, or each element of a narrow type, whether it is other than 0.
  func wideFlags() -> [Bool] {
    (0..<(1 << 16)).map { code in
      switch weight.values {
      case .narrow(.float16): isNonzero(Float(float16Bits: UInt16(code)))
      case .narrow: isNonzero(Float(bfloat16Bits: UInt16(code)))
      case .fixed(let bits, let radix):
        isNonzero(FixedPoint.value(code, bits: bits, radix: radix))
      case .plain, .codebook, .affine, .ternary, .binary: true
      }
    }
  }

  private func fillCodebook(_ flags: inout [Bool], _ part: Int) {
    guard let codebook = parameters.codebook else { return }
    let width = weight.elementType.byteWidth ?? 1
    codebook.withBytes { span in
      for code in 0..<weight.entries {
        let offset = (part * weight.entries + code) * width
        let entry = span.extracting(offset..<(offset + width))
        flags[code] = weight.elementType.countNonzeros(in: entry, count: 1) == 1
      }
    }
  }

  private func fillAffine(_ flags: inout [Bool], _ part: Int, _ bits: Int) {
    let scale = scale(part)
    let zero =
      parameters.zeroPoints?.withBytes { Int($0.loadLittleEndian(UInt8.self, at: part)) }
      ?? 1 << (bits - 1)
    // Products with numbers of usual size are 0 only where a factor is.
    let isUsual = scale.isFinite && scale.magnitude >= 0x1p-14
    for code in 0..<(1 << bits) {
      flags[code] = isUsual ? code != zero : isNonzero(scale * Float(code - zero))
    }
  }

  private func scale(_ index: Int) -> Float {
    guard let scales = parameters.scales else { return 0 }
    return scales.withBytes {
      Float(bitPattern: $0.loadLittleEndian(UInt32.self, at: 4 * index))
    }
  }

  /// Whether a number is other than 0 in the weight's own type.
  private func isNonzero(_ number: Float) -> Bool {
    guard let mask = weight.elementType.nonzeroBits else { return true }
    return (number.bits(as: weight.elementType) ?? 0) & mask != 0
  }
}
