/// A range of each axis; inputs give starts, ends, axes and steps from version 10 on.
public struct Slice: Sendable, Equatable, SingleOperator {
  static var type: String { "Slice" }

  /// The axes, before version 10; `nil` is the first ones, or those that an input gives.
  public var axes: [Int]?
  /// The first index along each axis, before version 10.
  public var starts: [Int]?
  /// The index after the last along each axis, before version 10.
  public var ends: [Int]?

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .ints("axes", \.axes).before(10), .ints("ends", \.ends).before(10).required,
      .ints("starts", \.starts).before(10).required,
    ]
  }
}

/// Entries of an axis picked by indices.
public struct Gather: Sendable, Equatable, SingleOperator {
  static var type: String { "Gather" }

  /// The axis; negative counts from the end.
  public var axis = 0

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] { [.int("axis", \.axis)] }
}

/// Elements put around; an input gives how many from version 11 on.
public struct Pad: Sendable, Equatable, SingleOperator {
  static var type: String { "Pad" }
  static var firstOpset: Int { 2 }

  /// Which elements are put around.
  public enum Mode: String, Sendable {
    /// One value.
    case constant
    /// The tensor mirrored at its edge, the edge itself once.
    case reflect
    /// The nearest element.
    case edge
    /// The tensor again, from version 19 on.
    case wrap
  }

  /// Which elements are put around.
  public var mode = Mode.constant
  /// Every axis's begin, then every axis's end, before version 11; negative takes away.
  public var pads: [Int]?
  /// The one value, before version 11.
  public var value: Float = 0

  /// The defaults, the same in every version.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .word("mode", \.mode, except: [.wrap]).before(19), .word("mode", \.mode).since(19),
      .ints("pads", \.pads).before(11).required, .float("value", \.value).before(11),
    ]
  }
}
