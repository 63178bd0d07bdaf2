public import PressFile
public import PressGraph
import PressONNXSchema
import PressTensor
import SwiftProtobuf

extension ONNX {
  /// Writes a model; one tensor is in memory at a time.
  ///
  /// Weights of affine codes become integers behind DequantizeLinear nodes, under the lowest version
  /// of ONNX's operators that is not below the model's and has what they need; where none fits, and
  /// in all other forms, weights are decoded to their own type.
  ///
  /// - Parameter opset: the version of ONNX's own operators to write; `nil` keeps the model's.
  /// - Throws: `ONNXError` if the model cannot be written, or what reading its weights throws.
  public static func write(
    _ model: Model, to file: inout AtomicFile, opset: Int? = nil
  ) throws {
    let (exporter, skeleton) = try skeleton(of: model, opset: opset)
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

  /// The versions of ONNX's operators from which on DequantizeLinear has a scale, an axis, blocks.
  private static let versionsOfIntegers = [10, 13, 21]

  /// The model without its bulk.
  private static func skeleton(
    of model: Model, opset: Int?
  ) throws -> (exporter: ONNXExporter, bytes: [UInt8]) {
    let (own, needed) = (model.opset(), opset == nil ? model.opsetOfIntegers ?? 0 : 0)
    for version in versionsOfIntegers.reversed() where version > own && version <= needed {
      do {
        return try skeleton(of: model, integersOf: version, to: version)
      } catch ONNXError.changedOperator {
        continue
      }
    }
    return try skeleton(of: model, integersOf: opset ?? own, to: opset)
  }

  private static func skeleton(
    of model: Model, integersOf version: Int, to opset: Int?
  ) throws -> (exporter: ONNXExporter, bytes: [UInt8]) {
    let (model, added) = try model.withIntegers(opset: version) { _, values in values.isAffine }
    var exporter = try ONNXExporter(model, opset: opset, added: added)
    do {
      let bytes: [UInt8] = try exporter.proto().serializedBytes()
      return (exporter, bytes)
    } catch let error as BinaryEncodingError {
      throw ONNXError.malformedMessage(reason: "\(error)")
    }
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
