internal import COpenBLAS

/// A type of elements that the library takes singular values of: `Float` and `Double`.
public protocol DecomposableScalar: BinaryFloatingPoint, Sendable {
  /// LAPACK's gesdd with JOBZ = S on a column-major (rows, columns) matrix, which is destroyed.
  ///
  /// `work` and `lwork` are as LAPACK has them: with a length of -1 the first element of `work`
  /// becomes the best length and nothing else happens. Returns INFO.
  static func decompose(
    _ matrix: inout [Self], rows: Int32, columns: Int32, values: inout [Self],
    left: inout [Self], right: inout [Self], work: inout [Self], lwork: Int32,
    integers: inout [Int32]
  ) -> Int32
}

extension Float: DecomposableScalar {
  /// sgesdd.
  public static func decompose(
    _ matrix: inout [Float], rows: Int32, columns: Int32, values: inout [Float],
    left: inout [Float], right: inout [Float], work: inout [Float], lwork: Int32,
    integers: inout [Int32]
  ) -> Int32 {
    var info: Int32 = 0
    var (m, n, k, length) = (rows, columns, Swift.min(rows, columns), lwork)
    unsafe sgesdd_(
      "S", &m, &n, &matrix, &m, &values, &left, &m, &right, &k, &work, &length, &integers, &info, 1)
    return info
  }
}

extension Double: DecomposableScalar {
  /// dgesdd.
  public static func decompose(
    _ matrix: inout [Double], rows: Int32, columns: Int32, values: inout [Double],
    left: inout [Double], right: inout [Double], work: inout [Double], lwork: Int32,
    integers: inout [Int32]
  ) -> Int32 {
    var info: Int32 = 0
    var (m, n, k, length) = (rows, columns, Swift.min(rows, columns), lwork)
    unsafe dgesdd_(
      "S", &m, &n, &matrix, &m, &values, &left, &m, &right, &k, &work, &length, &integers, &info, 1)
    return info
  }
}
