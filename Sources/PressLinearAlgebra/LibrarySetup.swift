internal import COpenBLAS

/// The library, loaded before its first use.
enum LibrarySetup {
  private static let isThere = lapack_load() != 0

  /// Loads the library; throws `missingLibrary`.
  static func load() throws(LinearAlgebraError) {
    guard isThere else { throw .missingLibrary }
  }
}

extension Int32 {
  /// A size as the library counts; throws `tooLarge`.
  init(size: Int, rows: Int, columns: Int) throws(LinearAlgebraError) {
    guard let value = Int32(exactly: size) else {
      throw .tooLarge(rows: rows, columns: columns)
    }
    self = value
  }
}
