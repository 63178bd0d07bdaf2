internal import PressTensor

/// The order in which a value's elements lie in memory.
enum Layout: Hashable, Sendable {
  /// Row-major, as the shape says.
  case plain
  /// Axis 1 moved behind all others: batch, spatial axes, channels.
  case channelsLast
}

/// What is known of a value before its elements are.
struct ValueForm: Hashable, Sendable {
  /// The type of the elements.
  let elementType: ElementType
  /// The logical shape, whatever the layout.
  let shape: Shape
  /// How the elements lie.
  let layout: Layout

  init(_ elementType: ElementType, _ shape: Shape, _ layout: Layout = .plain) {
    self.elementType = elementType
    self.shape = shape
    self.layout = layout
  }

  /// The bytes of all elements; 0 for strings, which no arena holds.
  ///
  /// Shapes come from `makeShape`, so that this never overflows.
  var byteCount: Int {
    shape.count * (elementType.byteWidth ?? 0)
  }

  /// The memory that steps which take or make the value may have to deal with; `nil` if that is
  /// beyond any machine.
  ///
  /// A tensor without elements counts as if its empty axes had a single entry, since steps may go
  /// through the others. Strings are unpacked one by one.
  var spannedBytes: Int? {
    // Sums of a few sizes never overflow below this one.
    guard shape.count <= 1 << 54 else { return nil }
    let extent = shape.dimensions.reduce(1) { $0 * max($1, 1) }
    let width = elementType == .string ? 64 : elementType.byteWidth ?? 1
    let (bytes, overflow) = extent.multipliedReportingOverflow(by: width)
    return overflow ? .max : bytes
  }

  /// The dimensions in the order in which the elements lie.
  var physicalDimensions: [Int] { layout.physical(shape.dimensions) }
}

extension Layout {
  /// Anything given by axis, in the order in which the axes lie in memory.
  func physical<Element>(_ axes: [Element]) -> [Element] {
    guard self == .channelsLast, axes.count > 2 else { return axes }
    return [axes[0]] + axes[2...] + [axes[1]]
  }

  /// Where a logical axis lies among the physical ones, of `rank` in all.
  func place(of axis: Int, rank: Int) -> Int {
    guard self == .channelsLast, rank > 2, axis > 0 else { return axis }
    return axis == 1 ? rank - 1 : axis - 1
  }
}
