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
    unsafe lapack_sgesdd(
      .some, rows, columns, &matrix, rows, &values, &left, rows, &right, Swift.min(rows, columns),
      &work, lwork, &integers)
  }
}

extension Double: DecomposableScalar {
  /// dgesdd.
  public static func decompose(
    _ matrix: inout [Double], rows: Int32, columns: Int32, values: inout [Double],
    left: inout [Double], right: inout [Double], work: inout [Double], lwork: Int32,
    integers: inout [Int32]
  ) -> Int32 {
    unsafe lapack_dgesdd(
      .some, rows, columns, &matrix, rows, &values, &left, rows, &right, Swift.min(rows, columns),
      &work, lwork, &integers)
  }
}

/// The letters that LAPACK takes.
extension CChar {
  /// The upper triangle.
  static let upper = CChar(UInt8(ascii: "U"))
  /// Transposed.
  static let turned = CChar(UInt8(ascii: "T"))
  /// Not transposed.
  static let plain = CChar(UInt8(ascii: "N"))
  /// As many singular vectors as the smaller side.
  static let some = CChar(UInt8(ascii: "S"))
}
