public import PressContainer
import PressFile
import PressFormats
public import PressGraph
package import PressTensor

/// Writes models in the format that a path's extension asks for.
public struct ModelWriter: Sendable {
  /// The formats that can be written.
  public enum Format: String, Sendable {
    case container
    case onnx
    case safetensors
    case npz
  }

  /// Where the file is to stand.
  public let path: String
  /// What it will be.
  public let format: Format
  /// The operator set to renumber to on the way to ONNX.
  public let opset: Int?

  /// A writer for a path.
  public init(path: String, opset: Int?) {
    self.path = path
    self.opset = opset
    let name = path.split(separator: "/").last ?? ""
    let suffix = name.contains(".") ? name.split(separator: ".").last.map(String.init) : nil
    format = suffix.flatMap { $0 == "container" ? nil : Format(rawValue: $0) } ?? .container
  }

  /// What writing came to.
  public struct Outcome: Sendable {
    /// The size of the file.
    public var bytes: Int
    /// What each tensor took, for containers.
    public var entries: [ContainerWriter.Entry]
  }

  /// Writes a model to the path, whole or not at all.
  ///
  /// - Parameter progress: Called with the elements written and their number, for containers.
  @discardableResult
  public func write(
    _ model: Model, mayReplace: Bool, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Outcome {
    var file = try AtomicFile(path: path, mayReplace: mayReplace)
    if format == .npz { return try writeArrays(model, to: file) }
    let entries = try write(model, to: &file, progress)
    let bytes = file.byteCount
    try file.commit()
    return Outcome(bytes: bytes, entries: entries)
  }

  /// What `write` would come to; nothing is written.
  public func predict(
    _ model: Model, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Outcome {
    var file = AtomicFile.counting()
    if format == .npz { return try writeArrays(model, to: file) }
    let entries = try write(model, to: &file, progress)
    return Outcome(bytes: file.byteCount, entries: entries)
  }

  /// The model as it comes out of a container; the container is gone when it is.
  package static func throughTemporaryFile(_ model: Model, limits: ReadLimits) throws -> ModelFile {
    let folder = Process.environment("TMPDIR") ?? "/tmp"
    return try AtomicFile.withTemporary(in: folder) { path in
      try ModelWriter(path: path, opset: nil).write(model, mayReplace: true)
      return try ModelFile(path: path, limits: limits)
    }
  }

  private func write(
    _ model: Model, to file: inout AtomicFile, _ progress: (Int, Int) -> Void
  ) throws -> [ContainerWriter.Entry] {
    switch format {
    case .container: return try ContainerWriter.write(model, to: &file, progress: progress)
    case .onnx: try ONNX.write(model, to: &file, opset: opset)
    case .safetensors: try Safetensors.write(model, to: &file)
    case .npz: preconditionFailure("arrays have a writer of their own")
    }
    return []
  }

  /// Every tensor as an array under its name.
  private func writeArrays(_ model: Model, to file: consuming AtomicFile) throws -> Outcome {
    var writer = NpzWriter(file)
    for weight in model.weights {
      let tensor = try Tensor(
        elementType: weight.elementType, shape: weight.shape, storage: weight.decoded())
      try writer.add(tensor, named: weight.name)
    }
    let bytes = writer.byteCount
    try writer.commit()
    return Outcome(bytes: bytes, entries: [])
  }
}
