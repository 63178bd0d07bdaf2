internal import CPressKernels

/// A layer's weight as its kernel wants it: `rows` output channels, each over `columns` inputs.
public struct PackedMatrix: Sendable {
  /// What a dense matrix is laid out for.
  public enum Layout: Sendable {
    /// Rows as they are: for convolutions.
    case rows
    /// Panels of sixteen rows, transposed: for linear layers.
    case panels
  }

  /// The floats that are packed before the file's memory is given back.
  private static let part = 1 << 21

  enum Form: Sendable {
    /// Elements with the distance of rows or panels, which is 0 where all are the same.
    case dense(FloatBuffer, stride: Int, Layout)
    case sparse(SparseRows)
  }

  /// The number of output channels.
  public let rows: Int
  /// The number of inputs that each sums over.
  public let columns: Int
  let form: Form

  /// A sparse matrix.
  public init(_ sparse: SparseRows, columns: Int) {
    rows = sparse.rowStarts.count - 1
    self.columns = columns
    form = .sparse(sparse)
  }

  /// A dense matrix from its elements: (rows, columns), or (columns, rows) where `isTransposed`.
  ///
  /// Each row is multiplied by its element of `rowScale`.
  public init(
    _ elements: FloatBuffer, rows: Int, columns: Int, isTransposed: Bool, layout: Layout,
    rowScale: FloatBuffer? = nil
  ) {
    precondition(elements.count == rows * columns, "a matrix has rows times columns elements")
    precondition(rowScale.map { $0.count == rows } ?? true, "one scale for each row")
    self.rows = rows
    self.columns = columns
    let rowStep = isTransposed ? 1 : columns
    let columnStep = isTransposed ? rows : 1
    switch layout {
    case .rows where !isTransposed && rowScale == nil:
      form = .dense(elements, stride: columns, .rows)
    case .rows:
      let source = elements.span
      let packed = FloatBuffer(count: rows * columns) { span in
        for row in 0..<rows {
          let scale = rowScale?.span[row] ?? 1
          for column in 0..<columns {
            span[row * columns + column] = source[row * rowStep + column * columnStep] * scale
          }
        }
      }
      form = .dense(packed, stride: columns, .rows)
    case .panels:
      let lanes = Int(PRESS_LANES)
      let panels = (rows + lanes - 1) / lanes
      let packed = FloatBuffer(count: panels * lanes * columns) { span in
        // By parts, so that no more than one part of a mapped file is in memory.
        let fitting = PackedMatrix.part / max(columns, 1) / lanes * lanes
        let part = isTransposed ? rows : max(lanes, fitting)
        for first in stride(from: 0, to: rows, by: max(part, 1)) {
          let count = min(part, rows - first)
          unsafe span.withUnsafeMutableBufferPointer { target in
            var packing = unsafe press_packing(
              rows: count, taps: 1, channels: columns, row_stride: rowStep, tap_stride: 0,
              channel_stride: columnStep,
              source: unsafe elements.pointer.map { unsafe $0 + first * rowStep },
              scale: unsafe rowScale?.pointer.map { unsafe $0 + first })
            unsafe press_pack_panels(
              &packing, unsafe target.baseAddress.map { unsafe $0 + first * columns })
          }
          elements.release((first * columns)..<((first + count) * columns))
        }
      }
      extendLifetime(elements)
      extendLifetime(rowScale)
      form = .dense(packed, stride: lanes * columns, .panels)
    }
  }

  /// A matrix whose elements are all equal; it takes the memory of one row or panel.
  public init(uniform value: Float, rows: Int, columns: Int, layout: Layout) {
    self.rows = rows
    self.columns = columns
    let width = layout == .panels ? Int(PRESS_LANES) : 1
    let elements = FloatBuffer([Float](repeating: value, count: columns * width))
    form = .dense(elements, stride: 0, layout)
  }

  /// The bytes that the matrix takes in memory.
  public var byteCount: Int {
    switch form {
    case .dense(let elements, _, _): elements.byteCount
    case .sparse(let sparse): sparse.byteCount
    }
  }

  /// The matrix as C sees it; the buffers must outlive its use.
  var view: press_matrix {
    var view = unsafe press_matrix()
    unsafe view.rows = rows
    unsafe view.columns = columns
    switch form {
    case .dense(let elements, let stride, _):
      unsafe view.elements = elements.pointer
      unsafe view.stride = stride
    case .sparse(let sparse):
      unsafe view.row_starts = sparse.rowStarts.pointer
      unsafe view.values = sparse.values.pointer
      switch sparse.columns {
      case .narrow(let columns): unsafe view.columns16 = columns.pointer
      case .wide(let columns): unsafe view.columns32 = columns.pointer
      }
    }
    return unsafe view
  }

  func check(layout: Layout) {
    guard case .dense(_, _, let own) = form else { return }
    precondition(own == layout, "a dense matrix is laid out for its layer")
  }
}
