internal import CPressKernels

/// A weight as its kernel wants it: `rows` output channels, each over `columns` inputs.
///
/// Linear layers take it dense or sparse, convolutions over planes only sparse.
public struct PackedMatrix: Sendable {
  /// The floats that are packed before the file's memory is given back.
  private static let part = 1 << 21

  enum Form: Sendable {
    /// Panels of sixteen rows, transposed, and their distance, which is 0 where all are the same.
    case dense(FloatBuffer, stride: Int)
    case sparse(SparseRows)
    case coded(CodedPanels)
    case compact(CompactRows)
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

  /// A dense matrix that stays codes, in one group with one tap.
  public init(_ coded: CodedPanels) {
    precondition(coded.layout.groups == 1 && coded.layout.taps == 1, "a matrix has no windows")
    rows = coded.layout.rows
    columns = coded.layout.columns
    form = .coded(coded)
  }

  /// A dense matrix of the floats that codes stand for, in one group with one tap.
  public init(decoding coded: CodedPanels) {
    precondition(coded.layout.groups == 1 && coded.layout.taps == 1, "a matrix has no windows")
    rows = coded.layout.rows
    columns = coded.layout.columns
    form = .dense(coded.decoded(), stride: Int(PRESS_LANES) * columns)
  }

  /// A sparse matrix that stays codes.
  public init(_ compact: CompactRows) {
    rows = compact.rows
    columns = compact.columns
    form = .compact(compact)
  }

  /// A dense matrix from its elements: (rows, columns), or (columns, rows) where `isTransposed`.
  ///
  /// Each row is multiplied by its element of `rowScale`.
  public init(
    _ elements: FloatBuffer, rows: Int, columns: Int, isTransposed: Bool,
    rowScale: FloatBuffer? = nil
  ) {
    precondition(elements.count == rows * columns, "a matrix has rows times columns elements")
    precondition(rowScale.map { $0.count == rows } ?? true, "one scale for each row")
    self.rows = rows
    self.columns = columns
    let rowStep = isTransposed ? 1 : columns
    let columnStep = isTransposed ? rows : 1
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
    form = .dense(packed, stride: lanes * columns)
  }

  /// A matrix whose elements are all equal; it takes the memory of one panel.
  public init(uniform value: Float, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    let elements = FloatBuffer([Float](repeating: value, count: columns * Int(PRESS_LANES)))
    form = .dense(elements, stride: 0)
  }

  /// The bytes that the matrix takes in memory.
  public var byteCount: Int {
    switch form {
    case .dense(let elements, _): elements.byteCount
    case .sparse(let sparse): sparse.byteCount
    case .coded(let coded): coded.byteCount
    case .compact(let compact): compact.byteCount
    }
  }

  /// Whether only some of the elements are stored.
  var isSparse: Bool {
    switch form {
    case .dense, .coded: false
    case .sparse, .compact: true
    }
  }

  /// The elements that are stored as codes under a mask; `nil` for other forms.
  public var compactCount: Int? {
    if case .compact(let compact) = form { compact.count } else { nil }
  }

  /// The bytes of memory that each thread needs to decode parts of the matrix.
  public var threadBytes: Int { threadFloats * 4 }

  /// The floats of memory that each thread needs to decode parts of the matrix.
  var threadFloats: Int {
    switch form {
    case .dense, .sparse: 0
    case .coded: CodedPanels.threadFloats
    case .compact(let compact): compact.threadFloats
    }
  }

  /// The matrix as C sees it; the buffers must outlive its use.
  var view: press_matrix {
    var view = unsafe press_matrix()
    unsafe view.rows = rows
    unsafe view.columns = columns
    switch form {
    case .dense(let elements, let stride):
      unsafe view.elements = elements.pointer
      unsafe view.stride = stride
    case .sparse(let sparse):
      unsafe view.row_starts = sparse.rowStarts.pointer
      unsafe view.values = sparse.values.pointer
      switch sparse.columns {
      case .narrow(let columns): unsafe view.columns16 = columns.pointer
      case .wide(let columns): unsafe view.columns32 = columns.pointer
      }
    case .coded(let coded): unsafe view.coded = coded.view
    case .compact(let compact): unsafe view.compact = compact.view
    }
    return unsafe view
  }
}
