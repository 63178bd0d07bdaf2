/// A weight seen as a matrix: a row is one output channel, columns are what that output sums over.
///
/// The element at (row, column) is stored at `rowOffset(row) + columnOffset(column)`, counted in
/// elements of the dense tensor.
public struct MatrixView: Hashable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The axes that rows run along, outermost first.
  package let rowAxes: [StridedAxis]
  /// The axes that columns run along, outermost first.
  package let columnAxes: [StridedAxis]

  /// A matrix whose rows and columns run along given axes, outermost first.
  package init(rows rowAxes: [StridedAxis], columns columnAxes: [StridedAxis]) {
    self.rowAxes = rowAxes
    self.columnAxes = columnAxes
    rows = rowAxes.reduce(1) { $0 * $1.size }
    columns = columnAxes.reduce(1) { $0 * $1.size }
  }

  /// The plain view: one row for each entry of the first axis, a single row for a vector.
  public init(_ shape: Shape) {
    let axes = StridedAxis.rowMajor(shape)
    let split = axes.count < 2 ? 0 : 1
    self.init(rows: Array(axes[..<split]), columns: Array(axes[split...]))
  }

  /// The distance of a row's first element from the tensor's, in elements.
  public func rowOffset(_ row: Int) -> Int { MatrixView.offset(row, along: rowAxes) }

  /// The distance of a column's element from its row's first, in elements.
  public func columnOffset(_ column: Int) -> Int { MatrixView.offset(column, along: columnAxes) }

  /// Whether the rows stand in the tensor one after the other, each without gaps.
  public var isRowMajor: Bool {
    var stride = 1
    for axis in (rowAxes + columnAxes).reversed() where axis.size != 1 {
      guard axis.stride == stride else { return false }
      stride *= axis.size
    }
    return true
  }

  private static func offset(_ index: Int, along axes: [StridedAxis]) -> Int {
    var rest = index
    var offset = 0
    for axis in axes.reversed() {
      offset += rest % axis.size * axis.stride
      rest /= axis.size
    }
    return offset
  }
}

/// One axis of a tensor seen through its storage.
package struct StridedAxis: Hashable, Sendable {
  /// The number of positions.
  package var size: Int
  /// The distance between neighbours, in elements of the storage.
  package var stride: Int

  /// An axis from its parts.
  package init(size: Int, stride: Int) {
    self.size = size
    self.stride = stride
  }

  /// The axes of a row-major tensor, outermost first.
  package static func rowMajor(_ shape: Shape) -> [StridedAxis] {
    var stride = 1
    let axes = shape.dimensions.reversed().map { size in
      defer { stride *= max(size, 1) }
      return StridedAxis(size: size, stride: stride)
    }
    return axes.reversed()
  }
}
