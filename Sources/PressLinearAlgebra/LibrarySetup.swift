internal import COpenBLAS

/// What has to be said to the library once, before its first use.
enum LibrarySetup {
  /// Keeps OpenBLAS to the calling thread: the last bits of its results depend on the number of its
  /// threads.
  static let done: Void = {
    #if !canImport(Darwin)
      openblas_set_num_threads(1)
    #endif
  }()
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
