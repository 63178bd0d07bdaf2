public import PressContainer
public import PressFile
import PressFormats
public import PressGraph
public import PressTensor

/// A model together with the file that it was read from.
public struct ModelFile: Sendable {
  /// What a file can be.
  public enum Format: String, Sendable, CaseIterable {
    case container
    case onnx
    case safetensors
  }

  /// The model; its weights are read when they are asked for.
  public let model: Model
  /// What the file is.
  public let format: Format
  /// The file's size.
  public let byteCount: Int
  /// The file's structure, if it is a container.
  public let container: Container?
  private let source: any ByteSource

  /// Reads a file, told by its content.
  ///
  /// - Throws: `FileError`, or the error of the format that the file seems to have.
  public init(path: String, limits: ReadLimits = .standard) throws {
    let source = try MappedFile(path: path)
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let name = folder.isEmpty ? "." : folder == [""] ? "/" : folder.joined(separator: "/")
    try self.init(source, folder: name, limits: limits)
  }

  /// Reads a model from bytes; without a folder there is no external data.
  public init(_ source: any ByteSource, folder: String?, limits: ReadLimits = .standard) throws {
    byteCount = source.byteCount
    self.source = source
    if Container.isPresent(in: source) {
      let container = try Container(source, limits: limits)
      (model, format, self.container) = (container.model, .container, container)
      return
    }
    container = nil
    if source.withBytes({ Safetensors.isLikely($0) }) {
      (model, format) = (try Safetensors.read(source, limits: limits), .safetensors)
    } else {
      (model, format) = (try ONNX.read(source, folder: folder, limits: limits), .onnx)
    }
  }
}

extension ModelFile {
  /// The SHA-256 of the file, 32 bytes.
  public func sha256() -> [UInt8] {
    if format != .container, let known = model.history.source?.sha256 { return known }
    return source.withBytes { SHA256.digest($0) }
  }
}

extension Model {
  /// Reads a model from a file of any format, told by its content.
  public init(contentsOf path: String, limits: ReadLimits = .standard) throws {
    self = try ModelFile(path: path, limits: limits).model
  }

  /// Writes the model; the extension chooses the format, anything but `.onnx`, `.safetensors` and
  /// `.npz` a container.
  public func write(to path: String, mayReplace: Bool = false) throws {
    try ModelWriter(path: path, opset: nil).write(self, mayReplace: mayReplace)
  }
}
