internal import PressTensor

/// Numbers that Swift computes with: integers wrap around.
protocol NumberValue: Equatable {
  static func sum(_ left: Self, _ right: Self) -> Self
  static func product(_ left: Self, _ right: Self) -> Self
  /// Whether one number is less than another; false where either is none.
  static func isBefore(_ left: Self, _ right: Self) -> Bool
  static var zero: Self { get }
  /// The number without its fraction; `nil` where that fits into no `Int`.
  var whole: Int? { get }
  /// The number with the same low bits, or the nearest float.
  init(wrapping integer: Int)
  /// The nearest float, or the number without its fraction; the nearest bound where it is too large.
  init(rounding double: Double)
}

extension NumberValue where Self: FixedWidthInteger {
  static func sum(_ left: Self, _ right: Self) -> Self { left &+ right }
  static func product(_ left: Self, _ right: Self) -> Self { left &* right }
  var whole: Int? { Int(exactly: self) }
  init(wrapping integer: Int) { self.init(truncatingIfNeeded: integer) }
  init(rounding double: Double) {
    let whole = double.rounded(.towardZero)
    self = Self(exactly: whole) ?? (whole > 0 ? .max : whole < 0 ? .min : 0)
  }
}

extension NumberValue where Self: Comparable {
  static func isBefore(_ left: Self, _ right: Self) -> Bool { left < right }
}

extension NumberValue where Self: BinaryFloatingPoint {
  static func sum(_ left: Self, _ right: Self) -> Self { left + right }
  static func product(_ left: Self, _ right: Self) -> Self { left * right }
  var whole: Int? { Int(exactly: rounded(.towardZero)) }
  init(wrapping integer: Int) { self.init(integer) }
  init(rounding double: Double) { self.init(double) }
}

/// An element as it lies in memory, and the number that it stands for.
protocol StoredNumber: BitwiseCopyable {
  associatedtype Value: NumberValue
  init(_ value: Value)
  var value: Value { get }
}

extension StoredNumber where Self: NumberValue {
  var value: Self { self }
}

extension Float: NumberValue, StoredNumber {}
extension Double: NumberValue, StoredNumber {}
extension Int8: NumberValue, StoredNumber {}
extension Int16: NumberValue, StoredNumber {}
extension Int32: NumberValue, StoredNumber {}
extension Int64: NumberValue, StoredNumber {}
extension UInt8: NumberValue, StoredNumber {}
extension UInt16: NumberValue, StoredNumber {}
extension UInt32: NumberValue, StoredNumber {}
extension UInt64: NumberValue, StoredNumber {}

/// A float16, computed with as float32.
struct Half: StoredNumber {
  private let bits: UInt16
  var value: Float { Float(float16Bits: bits) }
  init(_ value: Float) { bits = value.float16Bits }
}

/// A bfloat16, computed with as float32.
struct BrainHalf: StoredNumber {
  private let bits: UInt16
  var value: Float { Float(bfloat16Bits: bits) }
  init(_ value: Float) { bits = value.bfloat16Bits }
}
