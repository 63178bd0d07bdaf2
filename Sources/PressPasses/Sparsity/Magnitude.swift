import PressTensor

/// Magnitudes as integers that order like them, the same for every floating-point type.
///
/// The key of w is the bit pattern of |w| as a Double: 0 for both zeros, largest for NaN.
enum Magnitude {
  /// Whether elements of a type have keys.
  static func isDefined(for type: ElementType) -> Bool {
    switch type {
    case .float32, .float64, .float16, .bfloat16: true
    default: false
    }
  }

  /// Calls `body` with the key of each stored plain element, in order.
  @inline(__always)
  static func forEach(
    _ type: ElementType, in span: RawSpan, count: Int, _ body: (Int, UInt64) -> Void
  ) {
    switch type {
    case .float32:
      for i in 0..<count {
        body(i, key(Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * i))))
      }
    case .float64:
      for i in 0..<count {
        body(i, span.loadLittleEndian(UInt64.self, at: 8 * i) & (.max >> 1))
      }
    case .float16:
      for i in 0..<count {
        body(i, key(Float(float16Bits: span.loadLittleEndian(UInt16.self, at: 2 * i))))
      }
    case .bfloat16:
      for i in 0..<count {
        body(i, key(Float(bfloat16Bits: span.loadLittleEndian(UInt16.self, at: 2 * i))))
      }
    default: preconditionFailure("\(type.name) has no magnitudes")
    }
  }

  @inline(__always)
  private static func key(_ value: Float) -> UInt64 { Double(value).magnitude.bitPattern }
}

/// The keys of a weight's stored elements, whatever form they are held in.
struct MagnitudeList {
  private let type: ElementType
  private let elements: Storage
  /// Whether every stored element is the only one of `elements`.
  private let isUniform: Bool
  /// The number of stored elements.
  let count: Int

  /// Reads a weight whose type has magnitudes.
  init(_ weight: Weight, _ contents: WeightContents) throws(TensorError) {
    type = weight.elementType
    count = weight.keptCount(contents.mask)
    isUniform = weight.values == .codebook(bits: 0) && weight.parts.count == 1
    elements =
      isUniform ? contents.codebook ?? .empty : try weight.storedElements(contents)
  }

  /// Calls `body` with the place among the stored elements and the key of each.
  @inline(__always)
  func forEach(_ body: (Int, UInt64) -> Void) {
    elements.withBytes { span in
      guard isUniform else { return Magnitude.forEach(type, in: span, count: count, body) }
      Magnitude.forEach(type, in: span, count: 1) { _, key in
        for index in 0..<count { body(index, key) }
      }
    }
  }
}
