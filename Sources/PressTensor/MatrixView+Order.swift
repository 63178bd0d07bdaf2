/// How the streams of a weight lie beside a matrix that a layer multiplies by.
package enum StreamOrder: Sendable {
  /// In the tensor's own order.
  case tensor
  /// Row after row of the matrix.
  case rows
}

extension Weight {
  /// The order of the streams beside a matrix; `nil` where they lie in neither order.
  ///
  /// What lies in both is said to lie in the tensor's.
  package func order(as matrix: MatrixView) -> StreamOrder? {
    if isInTensorOrder { return .tensor }
    return view?.hasSameRows(as: matrix) ?? false ? .rows : nil
  }
}

extension MatrixView {
  /// The rows and columns of a matrix stored (columns, rows).
  package init(transposed shape: Shape) {
    let axes = StridedAxis.rowMajor(shape)
    self.init(rows: Array(axes.dropFirst()), columns: Array(axes.prefix(1)))
  }

  /// A row for each index of all axes but the last.
  package init(byLastAxis shape: Shape) {
    let axes = StridedAxis.rowMajor(shape)
    self.init(rows: Array(axes.dropLast()), columns: Array(axes.suffix(1)))
  }

  /// Whether rows and columns are the same ones in the same order.
  package func hasSameRows(as other: MatrixView) -> Bool {
    MatrixView.merged(rowAxes) == MatrixView.merged(other.rowAxes)
      && MatrixView.merged(columnAxes) == MatrixView.merged(other.columnAxes)
  }

  /// The axes with those that follow one another joined, without those of one position.
  private static func merged(_ axes: [StridedAxis]) -> [StridedAxis] {
    var merged: [StridedAxis] = []
    for axis in axes where axis.size != 1 {
      if let last = merged.last, last.stride == axis.stride * axis.size {
        merged[merged.count - 1] = StridedAxis(size: last.size * axis.size, stride: axis.stride)
      } else {
        merged.append(axis)
      }
    }
    return merged
  }
}
