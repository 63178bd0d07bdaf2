import PressFile
public import PressGraph
import PressONNXSchema
public import PressTensor
import SwiftProtobuf

/// ONNX files: models in and out.
public enum ONNX {
  /// The versions of ONNX's own operators that Press knows.
  ///
  /// Older files are read as well if none of their operators changed its meaning up to the first, or
  /// all that did can be rewritten; then the model counts as one of the first.
  public static let opsets = 7...28
  /// The newest version of the file format that Press knows.
  public static let newestIRVersion = 14
  /// Protobuf allows no larger message.
  public static let largestFile = Int(Int32.max)

  /// Reads a file; tensors stay in it, and data in other files is looked for beside it.
  ///
  /// - Throws: `ONNXError`, or `FileError` if the file cannot be opened.
  public static func read(path: String, limits: ReadLimits) throws -> Model {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    return try read(MappedFile(path: path), folder: folder, limits: limits)
  }

  /// Reads a model; its tensors stay ranges of the source.
  ///
  /// - Parameter folder: where data in other files is; `nil` refuses such data.
  /// - Throws: `ONNXError`.
  public static func read(
    _ source: any ByteSource, folder: String?, limits: ReadLimits
  ) throws -> Model {
    let skeleton = try source.withBytes { (span) throws(ONNXError) in try Skeleton(span) }
    var proto: Onnx_ModelProto
    do {
      proto = try Onnx_ModelProto(serializedBytes: skeleton.bytes, options: Skeleton.options)
    } catch {
      throw ONNXError.malformedMessage(reason: "\(error)")
    }
    try ONNXUpgrade.apply(to: &proto)
    let data = TensorData(
      source: source, tensors: skeleton.tensors, folder: folder, limits: limits)
    var importer = ONNXImporter(data: data)
    var model = try importer.model(proto)
    for (number, ranges) in skeleton.fragments {
      model.metadata.extensions[ModelFragment.key(number)] = source.withBytes { span in
        ranges.flatMap { [UInt8](copying: span.extracting($0)) }
      }
    }
    let digest = source.withBytes { SHA256.digest($0) }
    model.history.source = History.Source(
      format: "onnx", sha256: digest, denseBytes: importer.data.declaredBytes)
    return model
  }
}

/// Fields of a ModelProto that Press carries as they are.
enum ModelFragment {
  /// The name under which a model's metadata keeps the fields with a number; 0 is any unknown one.
  static func key(_ number: Int) -> String {
    switch number {
    case 20: "onnx.training_info"
    case 26: "onnx.configuration"
    default: "onnx.unknown"
    }
  }

  /// All the names.
  static let keys = [20, 26, 0].map(key)
}
