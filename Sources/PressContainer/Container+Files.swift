import PressFile
public import PressTensor

extension Container {
  /// Maps a file and reads everything but the weights' streams.
  ///
  /// - Throws: `FileError`, `ContainerError`.
  public init(contentsOf path: String, limits: ReadLimits? = nil) throws {
    try self.init(try MappedFile(path: path), limits: limits ?? .standard)
  }
}
