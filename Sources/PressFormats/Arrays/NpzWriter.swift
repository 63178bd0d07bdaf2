public import PressFile
public import PressTensor

/// Writes named arrays into one file, one after the other; NumPy's `load` reads it.
public struct NpzWriter: ~Copyable {
  private var archive: ZipWriter
  private let method: ZipEntry.Method

  /// Starts an archive in a new file.
  public init(_ file: consuming AtomicFile, method: ZipEntry.Method = .stored) {
    archive = ZipWriter(file)
    self.method = method
  }

  /// Appends an array.
  ///
  /// - Throws: `FileError`, `NpzError`.
  public mutating func add(_ tensor: Tensor, named name: String) throws {
    let header: [UInt8]
    do throws(NpyError) {
      header = try Npy.header(of: tensor)
    } catch {
      throw NpzError.array(name: name, error)
    }
    do {
      try archive.add(
        name: name + ".npy", parts: [Storage(header), tensor.storage], method: method)
    } catch let error as ZipError {
      throw NpzError.archive(error)
    }
  }

  /// The bytes of the whole archive, its directory included, if nothing is added any more.
  public var byteCount: Int { archive.finalByteCount }

  /// Writes the directory and gives the file its name.
  public consuming func commit() throws(FileError) {
    try archive.commit()
  }
}
