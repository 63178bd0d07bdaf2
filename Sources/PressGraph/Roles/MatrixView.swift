public import PressTensor

/// A weight seen as a matrix: a row is one output channel, columns are what that output sums over.
///
/// The element at (row, column) is stored at `rowOffset(row) + columnOffset(column)`, counted in
/// elements of the dense tensor.
public struct MatrixView: Hashable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  private let rowAxes: [StridedAxis]
  private let columnAxes: [StridedAxis]

  /// A matrix whose rows and columns run along given axes, outermost first.
  init(rows rowAxes: [StridedAxis], columns columnAxes: [StridedAxis]) {
    self.rowAxes = rowAxes
    self.columnAxes = columnAxes
    rows = rowAxes.reduce(1) { $0 * $1.size }
    columns = columnAxes.reduce(1) { $0 * $1.size }
  }

  /// The plain view: one row for each entry of the first axis, a single row for a vector.
  public init(_ shape: Shape) {
    let axes = StridedAxes(shape).axes
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

extension StridedAxes {
  /// The matrix whose rows run along one axis and whose columns along all others.
  func matrix(rowAxis: Int) -> MatrixView? {
    guard axes.indices.contains(rowAxis) else { return nil }
    var rest = axes
    let row = rest.remove(at: rowAxis)
    return MatrixView(rows: [row], columns: rest)
  }

  /// The matrix whose columns run along one axis and whose rows along all others.
  func matrix(columnAxis: Int) -> MatrixView? {
    guard axes.indices.contains(columnAxis) else { return nil }
    var rest = axes
    let column = rest.remove(at: columnAxis)
    return MatrixView(rows: rest, columns: [column])
  }

  /// The kernel of a transposed convolution, (C, M/group, ...): a row is one of M channels.
  func transposedKernel(group: Int) -> MatrixView? {
    guard axes.count >= 2, group > 0, axes[0].size % group == 0 else { return nil }
    let perGroup = axes[0].size / group
    let groups = StridedAxis(size: group, stride: axes[0].stride * perGroup)
    let inputs = StridedAxis(size: perGroup, stride: axes[0].stride)
    return MatrixView(rows: [groups, axes[1]], columns: [inputs] + axes[2...])
  }
}
