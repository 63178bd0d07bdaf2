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

/// The keys of a weight's stored elements, whether they are plain or indices into a codebook.
struct MagnitudeList {
  private let weight: Weight
  private let contents: WeightContents
  private let entries: [UInt64]
  /// The number of stored elements.
  let count: Int

  /// Reads a weight whose type has magnitudes.
  init(_ weight: Weight, _ contents: WeightContents) {
    self.weight = weight
    self.contents = contents
    var keys: [UInt64] = []
    if let codebook = contents.codebook, let width = weight.elementType.byteWidth {
      codebook.withBytes { span in
        Magnitude.forEach(weight.elementType, in: span, count: span.byteCount / width) {
          keys.append($1)
        }
      }
    }
    entries = keys
    count = weight.keptCount(contents.mask)
  }

  /// Calls `body` with the place among the stored elements and the key of each.
  @inline(__always)
  func forEach(_ body: (Int, UInt64) -> Void) {
    switch weight.values {
    case .plain:
      contents.values.withBytes {
        Magnitude.forEach(weight.elementType, in: $0, count: count, body)
      }
    case .codebook(bits: 0):
      for index in 0..<count { body(index, entries[0]) }
    case .codebook:
      contents.values.withBytes { span in
        for index in 0..<count {
          body(index, entries[Int(span.loadLittleEndian(UInt8.self, at: index))])
        }
      }
    }
  }
}
