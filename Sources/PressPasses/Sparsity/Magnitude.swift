import PressTensor

/// Magnitudes as integers that order like them.
///
/// The key of w is the bit pattern of |w|: 0 for both zeros, largest for NaN.
enum Magnitude {
  /// What the bits are of.
  enum Form: Sendable {
    /// Of a Float, in the low 31 bits: every type but float64.
    case single
    /// Of a Double: every type.
    case double

    /// The bits that a key may take, in steps of 16.
    var bits: Int { self == .single ? 32 : 64 }

    /// The form in which the elements of all these types have keys.
    init(of types: [ElementType]) {
      self = types.contains(.float64) ? .double : .single
    }
  }

  /// Whether elements of a type have keys.
  static func isDefined(for type: ElementType) -> Bool {
    switch type {
    case .float32, .float64, .float16, .bfloat16: true
    default: false
    }
  }

  /// Calls `body` with the key of each of a range of packed elements, in order.
  @inline(__always)
  static func forEach(
    _ type: ElementType, _ form: Form, in span: RawSpan, _ range: Range<Int>,
    _ body: (Int, UInt64) -> Void
  ) {
    switch type {
    case .float32:
      for i in range {
        body(i, key(Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * i)), form))
      }
    case .float64:
      precondition(form == .double, "a Double does not fit into single keys")
      for i in range { body(i, span.loadLittleEndian(UInt64.self, at: 8 * i) & (.max >> 1)) }
    case .float16:
      for i in range {
        body(i, key(Float(float16Bits: span.loadLittleEndian(UInt16.self, at: 2 * i)), form))
      }
    case .bfloat16:
      for i in range {
        body(i, key(Float(bfloat16Bits: span.loadLittleEndian(UInt16.self, at: 2 * i)), form))
      }
    default: preconditionFailure("\(type.name) has no magnitudes")
    }
  }

  @inline(__always)
  private static func key(_ value: Float, _ form: Form) -> UInt64 {
    form == .single
      ? UInt64(value.bitPattern & (.max >> 1)) : Double(value).magnitude.bitPattern
  }
}
