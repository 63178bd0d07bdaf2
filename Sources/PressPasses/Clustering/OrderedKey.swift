/// An unsigned integer that stands for a floating-point number and orders as that number does.
///
/// Both zeros have the same key.
protocol OrderedKey: FixedWidthInteger, UnsignedInteger, Sendable {
  /// The key of the largest number that isn't above a number.
  init(atMost number: Double)
  /// The number that the key stands for.
  var number: Double { get }
  /// The key of 0.
  static var ofZero: Self { get }
  /// The keys of finite numbers.
  static var finite: ClosedRange<Self> { get }
}

/// Keys of float32 and of whatever is narrower.
extension UInt32: OrderedKey {
  @inline(__always)
  static var ofZero: UInt32 { 0x8000_0000 }

  @inline(__always)
  static var finite: ClosedRange<UInt32> { UInt32(bits: 0xFF7F_FFFF)...UInt32(bits: 0x7F7F_FFFF) }

  /// The key of the float32 with some bits.
  @inline(__always)
  init(bits: UInt32) {
    self = bits < 0x8000_0000 ? bits | 0x8000_0000 : bits == 0x8000_0000 ? bits : ~bits
  }

  init(atMost number: Double) {
    let float = Float(number)
    self.init(bits: (Double(float) > number ? float.nextDown : float).bitPattern)
  }

  @inline(__always)
  var number: Double {
    Double(Float(bitPattern: self < 0x8000_0000 ? ~self : self & 0x7FFF_FFFF))
  }
}

/// Keys of float64.
extension UInt64: OrderedKey {
  @inline(__always)
  static var ofZero: UInt64 { 1 << 63 }

  @inline(__always)
  static var finite: ClosedRange<UInt64> {
    UInt64(bits: 0xFFEF_FFFF_FFFF_FFFF)...UInt64(bits: 0x7FEF_FFFF_FFFF_FFFF)
  }

  /// The key of the float64 with some bits.
  @inline(__always)
  init(bits: UInt64) {
    self = bits < UInt64.ofZero ? bits | UInt64.ofZero : bits == UInt64.ofZero ? bits : ~bits
  }

  init(atMost number: Double) { self.init(bits: number.bitPattern) }

  @inline(__always)
  var number: Double {
    Double(bitPattern: self < UInt64.ofZero ? ~self : self & (.max >> 1))
  }
}
