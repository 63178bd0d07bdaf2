import PressFile
import PressONNXSchema
package import PressTensor
import SwiftProtobuf

extension ONNX {
  /// Reads a file that holds one serialized TensorProto, as ONNX's test cases do.
  ///
  /// - Throws: `ONNXError`, or `FileError` if the file cannot be opened.
  package static func readTensor(path: String, limits: ReadLimits) throws -> Tensor {
    try readTensor(MappedFile(path: path), limits: limits)
  }

  /// Reads one serialized TensorProto; its elements stay a range of the source where they can.
  ///
  /// Data in other files is refused. Strings are each four bytes of length and their own bytes.
  ///
  /// - Throws: `ONNXError`.
  package static func readTensor(
    _ source: any ByteSource, limits: ReadLimits
  ) throws(ONNXError) -> Tensor {
    try tensor(source, 0..<source.byteCount, limits)
  }

  /// The TensorProto that fills a range of a source.
  static func tensor(
    _ source: any ByteSource, _ range: Range<Int>, _ limits: ReadLimits
  ) throws(ONNXError) -> Tensor {
    let skeleton = try source.withBytes { (span) throws(ONNXError) in
      try Skeleton(tensor: span, range)
    }
    let proto: Onnx_TensorProto
    do {
      proto = try Onnx_TensorProto(serializedBytes: skeleton.bytes, options: Skeleton.options)
    } catch {
      throw ONNXError.malformedMessage(reason: "\(error)")
    }
    var data = TensorData(source: source, tensors: skeleton.tensors, folder: nil, limits: limits)
    let (type, shape) = try TensorData.header(proto, name: proto.name)
    let storage = try data.storage(proto, type: type, shape: shape, name: proto.name)
    do {
      return try Tensor(elementType: type, shape: shape, storage: storage)
    } catch {
      throw ONNXError.tensor(error, tensor: proto.name)
    }
  }
}
