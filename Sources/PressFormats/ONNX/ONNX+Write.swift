public import PressFile
public import PressGraph
import PressONNXSchema
import PressTensor
import SwiftProtobuf

extension ONNX {
  /// Writes a model; one tensor is in memory at a time.
  ///
  /// - Parameter opset: the version of ONNX's own operators to write; `nil` keeps the model's.
  /// - Throws: `ONNXError` if the model cannot be written, or what reading its weights throws.
  public static func write(
    _ model: Model, to file: inout AtomicFile, opset: Int? = nil
  ) throws {
    var exporter = try ONNXExporter(model, opset: opset)
    let skeleton: [UInt8]
    do {
      skeleton = try exporter.proto().serializedBytes()
    } catch let error as BinaryEncodingError {
      throw ONNXError.malformedMessage(reason: "\(error)")
    }
    let fragments = try ModelFragment.keys.map { key in
      try ModelFragment.checked(model.metadata.extensions[key] ?? [], key: key)
    }
    let weights = exporter.streams
    var expansion = try WireExpansion(skeleton, streams: weights.map(\.byteCount))
    let total = fragments.reduce(expansion.byteCount) { $0 + $1.count }
    guard total <= largestFile else { throw ONNXError.fileTooLarge(total) }
    try expansion.write(to: &file) { mark, file in
      let (weight, count) = weights[mark]
      let start = file.byteCount
      try file.write(decoded: weight)
      guard file.byteCount - start == count else {
        throw ONNXError.tensor(
          .byteCount(expected: count, found: file.byteCount - start), tensor: weight.name)
      }
    }
    for fragment in fragments { try file.write(fragment) }
  }
}

extension ModelFragment {
  /// Bytes that are whole fields of a ModelProto, none of which Press writes itself.
  static func checked(_ bytes: [UInt8], key: String) throws(ONNXError) -> [UInt8] {
    var reader = WireReader(bytes.rawSpan, 0..<bytes.count)
    while let field = try reader.next() {
      let known = WireMessage.model.content(of: field.number) != nil
      let expected = known ? self.key(field.number) : self.key(0)
      guard expected == key, !known || field.number == 20 || field.number == 26 else {
        throw .malformedExtension(key)
      }
    }
    return bytes
  }
}
