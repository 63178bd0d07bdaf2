internal import PressFile
public import PressTensor

extension Tensor {
  /// The elements that a file holds and nothing else, row-major and little-endian.
  ///
  /// The file is mapped, not read, and must not be changed while the tensor lives.
  ///
  /// - Throws: `FileError`; `TensorError` if the file's length is not that of the elements.
  public init(contentsOf path: String, elementType: ElementType, shape: Shape) throws {
    let file = try MappedFile(path: path)
    let storage = try Storage(file, range: 0..<file.byteCount)
    try self.init(elementType: elementType, shape: shape, storage: storage)
  }
}
