import PressTensor

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
