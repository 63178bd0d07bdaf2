public import PressFile
public import PressTensor

/// One array in a file, in the form of NumPy's `save`.
public enum Npy {
  /// Reads a file; the tensor's bytes stay in it where they are little-endian and in C order.
  ///
  /// - Throws: `FileError`, `NpyError`.
  public static func read(path: String, limits: ReadLimits = .standard) throws -> Tensor {
    try read(try MappedFile(path: path), limits: limits)
  }

  /// Reads an array that takes a whole source.
  public static func read(
    _ source: any ByteSource, limits: ReadLimits = .standard
  ) throws(NpyError) -> Tensor {
    let storage: Storage
    do throws(TensorError) {
      storage = try Storage(source, range: 0..<source.byteCount)
    } catch {
      throw .truncated(expected: source.byteCount, found: 0)
    }
    return try tensor(storage, limits: limits)
  }

  /// Writes a tensor, always as version 1.0, in C order and little-endian.
  ///
  /// - Throws: `FileError`, `NpyError.unwritable`.
  public static func write(_ tensor: Tensor, to file: inout AtomicFile) throws {
    try file.write(try header(of: tensor))
    try file.write(tensor.storage)
  }

  /// The bytes that go before a tensor's own.
  public static func header(of tensor: Tensor) throws(NpyError) -> [UInt8] {
    guard let code = NpyElementCode.text(tensor.elementType) else {
      throw .unwritable(tensor.elementType)
    }
    guard tensor.shape.rank <= NpyHeader.mostAxes else { throw .rank(tensor.shape.rank) }
    let dimensions = tensor.shape.dimensions.map(String.init).joined(separator: ", ")
    let tuple = tensor.shape.rank == 1 ? "(\(dimensions),)" : "(\(dimensions))"
    var text = "{'descr': '\(code)', 'fortran_order': False, 'shape': \(tuple), }"
    // NumPy aligns the data to 64 bytes.
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
    bytes.appendLittleEndian(UInt16(text.utf8.count))
    return bytes + text.utf8
  }
}
