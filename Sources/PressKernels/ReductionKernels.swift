internal import CPressKernels
public import PressTensor

/// Reductions that have a kernel: log-sum is log(sum(x)), log-sum-exp log(sum(exp(x))).
public enum ReductionKernel: UInt32, Sendable, CaseIterable {
  // The order of PRESS_REDUCTIONS.
  case sum, mean, prod, max, min, l1, l2, sumSquare, logSum, logSumExp

  /// Whether there is a kernel for a type of elements; bools have max and min.
  public func supports(_ type: ElementType) -> Bool {
    type.kernelType != nil && (type != .bool || self == .max || self == .min)
  }

  var view: press_reduction { press_reduction(rawValue: rawValue) }
}

/// Adjacent axes of a tensor that a kernel works along: (outer, axis, inner).
public struct AxisLayout: Sendable, Hashable {
  /// The elements of all axes before.
  public let outer: Int
  /// The elements along the axes.
  public let axis: Int
  /// The elements of all axes behind.
  public let inner: Int

  /// A layout from its parts.
  public init(outer: Int, axis: Int, inner: Int) {
    precondition(outer >= 0 && axis >= 0 && inner >= 0, "a layout has no negative size")
    self.outer = outer
    self.axis = axis
    self.inner = inner
  }

  /// The axes `range` of a shape.
  public init(shape: [Int], axes range: Range<Int>) {
    self.init(
      outer: AxisLayout.product(shape[..<range.lowerBound]),
      axis: AxisLayout.product(shape[range]),
      inner: AxisLayout.product(shape[range.upperBound...]))
  }

  /// Any axes of a shape; `nil` unless those of more than one element lie side by side.
  ///
  /// The tensor is then to be transposed first.
  public init?(shape: [Int], axes: Set<Int>) {
    let own = axes.filter { shape[$0] != 1 }.sorted()
    guard let first = own.first, let last = own.last else {
      self.init(outer: AxisLayout.product(shape[...]), axis: 1, inner: 1)
      return
    }
    guard !(first...last).contains(where: { !axes.contains($0) && shape[$0] != 1 }) else {
      return nil
    }
    self.init(shape: shape, axes: first..<(last + 1))
  }

  /// The elements of the tensor.
  public var count: Int { AxisLayout.product([outer, axis, inner]) }

  /// How many runs of elements along the axes there are; 0 where they have none.
  public var lineCount: Int { axis == 0 ? 0 : count / axis }

  /// A product of sizes; 0 also where it overflows, which happens only beside an axis without
  /// elements.
  private static func product(_ sizes: ArraySlice<Int>) -> Int {
    guard !sizes.contains(0) else { return 0 }
    return sizes.reduce(1) { result, size in
      let (product, overflow) = result.multipliedReportingOverflow(by: size)
      return overflow ? 0 : product
    }
  }
}
