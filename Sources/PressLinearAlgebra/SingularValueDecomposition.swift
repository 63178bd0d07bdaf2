/// A matrix as `left * diag(values) * right`, thin: with k = min(rows, columns) singular values.
public struct SingularValueDecomposition<Scalar: DecomposableScalar>: Sendable {
  /// The number of the matrix's rows.
  public let rows: Int
  /// The number of the matrix's columns.
  public let columns: Int
  /// Orthonormal columns, (rows, k) row-major.
  public let left: [Scalar]
  /// The k singular values, the largest first.
  public let values: [Scalar]
  /// Orthonormal rows, (k, columns) row-major.
  public let right: [Scalar]

  /// Decomposes a row-major (rows, columns) matrix on the calling thread.
  ///
  /// Takes about 20 * rows * columns * k operations, and memory for three such matrices and 4 * k * k
  /// elements. Throws `shape`, `notFinite`, `tooLarge`, `noConvergence`.
  public init(_ matrix: [Scalar], rows: Int, columns: Int) throws(LinearAlgebraError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflow, matrix.count == count else {
      throw .shape(rows: rows, columns: columns, elements: matrix.count)
    }
    guard matrix.allSatisfy(\.isFinite) else { throw .notFinite }
    try LibrarySetup.load()
    // To the library, which goes by columns, row-major memory is the transpose: its left factor is
    // our right one, and each comes out just as we want to have it.
    let height = try Int32(size: columns, rows: rows, columns: columns)
    let width = try Int32(size: rows, rows: rows, columns: columns)
    let rank = min(rows, columns)
    var matrix = matrix
    var values = [Scalar](repeating: 0, count: rank)
    var (left, right): ([Scalar], [Scalar]) = ([0], [0])
    var integers = [Int32](repeating: 0, count: 8 * rank)
    func run(_ work: inout [Scalar], _ lwork: Int32) throws(LinearAlgebraError) {
      let info = Scalar.decompose(
        &matrix, rows: height, columns: width, values: &values, left: &right, right: &left,
        work: &work, lwork: lwork, integers: &integers)
      guard info == 0 else { throw .noConvergence(Int(info)) }
    }
    var answer: [Scalar] = [0]
    try run(&answer, -1)
    let length = try Self.workspace(best: answer[0], rows: rows, columns: columns)
    var work = [Scalar](repeating: 0, count: Int(length))
    left = [Scalar](repeating: 0, count: rows * rank)
    right = [Scalar](repeating: 0, count: rank * columns)
    try run(&work, length)
    (self.rows, self.columns) = (rows, columns)
    (self.left, self.values, self.right) = (left, values, right)
  }

  /// The length of the workspace: the library's answer, which as a float may have been rounded down,
  /// but never less than the least that its documentation states.
  private static func workspace(
    best: Scalar, rows: Int, columns: Int
  ) throws(LinearAlgebraError) -> Int32 {
    let (short, long) = (min(rows, columns), max(rows, columns))
    let (square, overflow) = short.multipliedReportingOverflow(by: short)
    guard !overflow, square < 1 << 40 else { throw .tooLarge(rows: rows, columns: columns) }
    let least = 4 * square + 7 * short + long
    let answer = Int(exactly: best.nextUp.rounded(.up)) ?? least
    return try Int32(size: max(least, answer), rows: rows, columns: columns)
  }
}
