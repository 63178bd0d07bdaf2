extension Weight {
  /// Whether the streams hold the elements in the tensor's own order.
  public var isInTensorOrder: Bool { view?.isRowMajor ?? true }

  /// Dense elements in the tensor's order, from the order of the streams.
  func inTensorOrder(_ elements: Storage) throws(TensorError) -> Storage {
    guard let view, !view.isRowMajor else { return elements }
    return try Storage(view.reordered(elements, elementType, toRows: false))
  }

  /// Dense elements row after row of a view, from the tensor's order.
  public func elements(_ dense: Storage, byRowsOf view: MatrixView) throws(TensorError) -> Storage {
    view.isRowMajor ? dense : try Storage(view.reordered(dense, elementType, toRows: true))
  }
}

extension MatrixView {
  /// Dense elements moved from the tensor's order to that of the rows, or back.
  fileprivate func reordered(
    _ elements: Storage, _ type: ElementType, toRows: Bool
  ) throws(TensorError) -> [UInt8] {
    guard let width = type.byteWidth else {
      throw .elementType(expected: "elements of whole bytes", found: type)
    }
    guard elements.byteCount == rows * columns * width else {
      throw .byteCount(expected: rows * columns * width, found: elements.byteCount)
    }
    let offsets = (0..<columns).map(columnOffset)
    var bytes = [UInt8](repeating: 0, count: elements.byteCount)
    elements.withBytes { span in
      for row in 0..<rows {
        let start = rowOffset(row)
        for column in 0..<columns {
          let tensor = (start + offsets[column]) * width
          let ordered = (row * columns + column) * width
          let (source, target) = toRows ? (tensor, ordered) : (ordered, tensor)
          for byte in 0..<width {
            bytes[target + byte] = span.loadLittleEndian(UInt8.self, at: source + byte)
          }
        }
      }
    }
    return bytes
  }

  /// The view's own order as a plain row-major view of as many rows and columns.
  public var rowMajor: MatrixView {
    MatrixView(
      rows: [StridedAxis(size: rows, stride: columns)],
      columns: [StridedAxis(size: columns, stride: 1)])
  }
}
