/// What the codes of a weight stand for: for each part, an element for each code.
public struct ValueTable: Sendable {
  /// The codes of each part.
  public let codes: Int
  /// The elements' bytes, part after part.
  let bytes: [UInt8]

  /// The table of a weight's codes; `nil` for values that are not codes, or codes of more than 8 bits.
  ///
  /// Checks that there are as many parameters as parts.
  public init?(_ weight: Weight, _ contents: WeightContents) throws(TensorError) {
    let parts = weight.parts.count
    switch weight.values {
    case .plain, .narrow: return nil
    case .codebook:
      let codebook = contents.codebook?.copied() ?? []
      let width = weight.elementType.byteWidth ?? codebook.count
      codes = width == 0 ? 0 : codebook.count / parts / width
      guard codes > 0, codes * parts * width == codebook.count else {
        throw .byteCount(expected: parts * max(width, 1), found: codebook.count)
      }
      bytes = codebook
    case .fixed(let bits, let radix):
      guard bits <= 8 else { return nil }
      codes = 1 << bits
      let numbers = (0..<codes).map { FixedPoint.value($0, bits: bits, radix: radix) }
      bytes = try weight.elementType.elements(of: numbers).copied()
    case .affine(let bits):
      let scales = try Self.floats(contents.scales, count: parts)
      let zeros = try Self.zeroPoints(contents.zeroPoints, bits: bits, count: parts)
      codes = 1 << bits
      var numbers: [Float] = []
      for (scale, zero) in zip(scales, zeros) {
        for code in 0..<codes { numbers.append(scale * Float(code - zero)) }
      }
      bytes = try weight.elementType.elements(of: numbers).copied()
    case .ternary:
      let scales = try Self.floats(contents.scales, count: 2 * parts)
      codes = 3
      var numbers: [Float] = []
      for part in 0..<parts { numbers += [-scales[2 * part], 0, scales[2 * part + 1]] }
      bytes = try weight.elementType.elements(of: numbers).copied()
    case .binary:
      let scales = try Self.floats(contents.scales, count: parts)
      codes = 2
      var numbers: [Float] = []
      for scale in scales { numbers += [-scale, scale] }
      bytes = try weight.elementType.elements(of: numbers).copied()
    }
  }

  /// The table as float32, part after part.
  public func floats(_ type: ElementType) throws(TensorError) -> [Float] {
    try type.floats(in: Storage(bytes), count: bytes.count / (type.byteWidth ?? 1))
  }

  private static func floats(_ storage: Storage?, count: Int) throws(TensorError) -> [Float] {
    let found = storage?.byteCount ?? 0
    guard let storage, found == 4 * count else {
      throw .byteCount(expected: 4 * count, found: found)
    }
    return storage.withBytes { span in
      (0..<count).map { Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * $0)) }
    }
  }

  private static func zeroPoints(
    _ storage: Storage?, bits: Int, count: Int
  ) throws(TensorError) -> [Int] {
    guard let storage else { return [Int](repeating: 1 << (bits - 1), count: count) }
    let bytes = storage.copied()
    guard bytes.count == count else { throw .byteCount(expected: count, found: bytes.count) }
    return bytes.map(Int.init)
  }
}

/// Fixed-point numbers: integers times a power of two.
public enum FixedPoint {
  /// What a code of so many bits stands for: (code - 2^(bits-1)) * 2^-radix.
  public static func value(_ code: Int, bits: Int, radix: Int) -> Float {
    let integer = Float(code - 1 << (bits - 1))
    return Float(sign: .plus, exponent: 0, significand: integer)
      * Float(sign: .plus, exponent: -radix, significand: 1)
  }
}
