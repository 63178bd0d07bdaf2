internal import CPressKernels

/// An 8-bit integer weight as its kernel wants it: for each group `columns` output channels, each
/// over `depth` inputs.
public struct PackedIntegers: Sendable {
  /// How elements lie before they are packed.
  public enum Order: Sendable {
    /// A matrix (depth, columns).
    case matrix
    /// A convolution's weight (groups * columns, channels, taps of the window), filled up to whole
    /// quads after each `run` of elements.
    case window(taps: Int, run: Int)
  }

  /// The number of groups that output channels fall into.
  public let groups: Int
  /// The output channels of a group.
  public let columns: Int
  /// The number of inputs that each sums over.
  public let depth: Int
  /// Whether the elements were int8 rather than uint8.
  public let isSigned: Bool
  /// The number of inputs that are filled up to whole quads together.
  let run: Int
  let panels: AlignedBuffer<Int8>
  /// The sum of each column's packed bytes, for all groups.
  let sums: AlignedBuffer<Int32>

  /// Packs elements, of which there must be groups * columns * depth.
  public init(
    _ elements: Span<UInt8>, isSigned: Bool, groups: Int = 1, columns: Int, depth: Int,
    order: Order
  ) {
    precondition(elements.count == groups * columns * depth, "a weight has all its elements")
    self.groups = groups
    self.columns = columns
    self.depth = depth
    self.isSigned = isSigned
    var run = depth
    if case .window(_, let elements) = order { run = elements }
    self.run = run
    precondition(run == depth || depth % run == 0, "whole runs")
    let size = press_integer_panels(columns, depth, run)
    let sums = AlignedBuffer<Int32>(count: groups * columns) { _ in }
    panels = AlignedBuffer(count: groups * size) { target in
      unsafe elements.withUnsafeBufferPointer { source in
        unsafe target.withUnsafeMutableBufferPointer { panels in
          for group in 0..<groups where columns * depth > 0 {
            var view = unsafe PackedIntegers.source(order, columns: columns, depth: depth)
            unsafe view.is_signed = isSigned
            unsafe view.run = run
            unsafe view.x = source.baseAddress?.advanced(by: group * columns * depth)
            unsafe press_pack_integers(
              &view, panels.baseAddress?.advanced(by: group * size),
              UnsafeMutablePointer(mutating: sums.pointer)?.advanced(by: group * columns))
          }
        }
      }
    }
    self.sums = sums
  }

  private static func source(_ order: Order, columns: Int, depth: Int) -> press_integer_source {
    var view = unsafe press_integer_source()
    unsafe view.columns = columns
    unsafe view.depth = depth
    switch order {
    case .matrix:
      unsafe view.column_stride = 1
      unsafe view.inner = depth
      unsafe view.inner_stride = columns
    case .window(let taps, _):
      unsafe view.column_stride = depth
      unsafe view.inner = depth / max(taps, 1)
      unsafe view.inner_stride = taps
      unsafe view.outer_stride = 1
    }
    return unsafe view
  }

  /// The bytes that the weight takes in memory.
  public var byteCount: Int { panels.byteCount + sums.byteCount }
}
