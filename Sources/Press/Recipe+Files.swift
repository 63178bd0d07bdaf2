import PressFile
public import PressPasses

extension Recipe {
  /// Reads a recipe file; relative paths in options start at its folder.
  ///
  /// - Throws: `FileError`, `RecipeError`.
  public init(contentsOf path: String, settings: [String] = []) throws {
    let bytes = try MappedFile(path: path).withBytes { Array(copying: $0) }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) }
    try self.init(
      String(decoding: bytes, as: UTF8.self), source: path,
      folder: folder.map { $0.isEmpty ? "/" : $0 }, settings: settings)
  }
}
