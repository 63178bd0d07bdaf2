extension RawSpan {
  /// The little-endian integer at `offset`, which must lie inside the span.
  @inlinable
  public func loadLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int
  ) -> Value {
    precondition(offset >= 0 && offset <= byteCount - MemoryLayout<Value>.size)
    // Every bit pattern of an integer is a value of it, and the range was just checked.
    return unsafe Value(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type))
  }
}

extension Array where Element == UInt8 {
  /// A copy of a span's bytes.
  public init(copying span: RawSpan) {
    self = Array(capacity: span.byteCount) { output in
      for index in 0..<span.byteCount {
        output.append(span.loadLittleEndian(UInt8.self, at: index))
      }
    }
  }

  /// Appends an integer's bytes, lowest first.
  public mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
    var rest = value
    for _ in 0..<(Value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}

extension Array where Element == UInt8 {
  /// The array's bytes, without a copy.
  public var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get {
      // Bytes have no padding, which is what makes the property unsafe in general.
      unsafe span.bytes
    }
  }
}
