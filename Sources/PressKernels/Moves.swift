internal import CPressKernels

/// A walk over an array: where each of its elements is taken from, and where it is put.
///
/// Places count elements. A copy, a transpose, a range of an axis, a repetition and a pick by
/// indices are all such walks.
public struct Moves: Sendable {
  /// Where the elements along an axis are taken from.
  public enum Places: Sendable {
    /// Every index is this much further on; 0 repeats, a negative number walks backwards.
    case stride(Int)
    /// What a table says for each index.
    case table(AlignedBuffer<Int64>)
    /// What a table says that is only there when the walk is made; every place is below the bound.
    case givenTable(bound: Int)
  }

  /// One axis of the array.
  public struct Axis: Sendable {
    /// The number of indices.
    public let size: Int
    /// Where elements are taken from.
    public let source: Places
    /// How much further on the next element is put.
    public let target: Int

    /// An axis from its parts.
    public init(size: Int, source: Places, target: Int) {
      self.size = size
      self.source = source
      self.target = target
    }

    /// An axis with a stride on either side.
    public init(size: Int, source: Int, target: Int) {
      self.init(size: size, source: .stride(source), target: target)
    }
  }

  /// The axes, outermost first; those of size 1 are left out, those that can be one are merged.
  public let axes: [Axis]
  /// The first element's place, taken and put.
  public let start: (source: Int, target: Int)
  /// Whether there is nothing to move.
  public let isEmpty: Bool

  /// A walk along axes, the outermost first, from a first place on.
  ///
  /// Places come from shapes that were checked, so that their sums do not overflow.
  public init(_ axes: [Axis], from source: Int = 0, to target: Int = 0) {
    isEmpty = axes.contains { $0.size == 0 }
    start = (source, target)
    self.axes = isEmpty ? [] : Moves.merged(axes)
  }

  private static func merged(_ axes: [Axis]) -> [Axis] {
    var merged: [Axis] = []
    for axis in axes.reversed() {
      if axis.size == 1, case .stride = axis.source { continue }
      if let inner = merged.last, case .stride(let innerStride) = inner.source,
        case .stride(let stride) = axis.source, stride == innerStride * inner.size,
        axis.target == inner.target * inner.size
      {
        merged[merged.count - 1] = Axis(
          size: axis.size * inner.size, source: innerStride, target: inner.target)
      } else {
        merged.append(axis)
      }
    }
    return merged.reversed()
  }

  /// Whether `count` elements stay in their order, from the first of one array to the first of
  /// another.
  public func isWhole(_ count: Int) -> Bool {
    guard start == (0, 0), !isEmpty else { return false }
    guard let axis = axes.first else { return count == 1 }
    guard axes.count == 1, case .stride(1) = axis.source else { return false }
    return axis.target == 1 && axis.size == count
  }

  /// The bytes of the table that is given when the walk is made.
  public var tableBytes: Int {
    for axis in axes {
      if case .givenTable = axis.source { return axis.size * MemoryLayout<Int64>.stride }
    }
    return 0
  }

  /// The lowest and highest places that elements are taken from.
  var sourceRange: ClosedRange<Int> {
    axes.reduce(start.source...start.source) { range, axis in
      let (low, high) =
        switch axis.source {
        case .stride(let stride): (min(0, stride * (axis.size - 1)), max(0, stride * (axis.size - 1)))
        case .table(let table): table.bounds
        case .givenTable(let bound): (0, bound - 1)
        }
      return (range.lowerBound + low)...(range.upperBound + high)
    }
  }

  /// The lowest and highest places that elements are put.
  var targetRange: ClosedRange<Int> {
    axes.reduce(start.target...start.target) { range, axis in
      let last = axis.target * (axis.size - 1)
      return (range.lowerBound + min(0, last))...(range.upperBound + max(0, last))
    }
  }
}

extension AlignedBuffer<Int64> {
  /// The smallest and largest elements.
  fileprivate var bounds: (Int, Int) {
    var bounds = (Int.max, Int.min)
    for index in 0..<count {
      bounds = (min(bounds.0, Int(span[index])), max(bounds.1, Int(span[index])))
    }
    return bounds
  }
}
