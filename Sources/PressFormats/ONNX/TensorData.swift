import PressFile
import PressONNXSchema
import PressTensor

/// Gets the dense bytes of TensorProtos: packed elements, row-major, little-endian.
///
/// Sums up what the tensors declare, and refuses before anything of that size is allocated.
struct TensorData {
  private let source: any ByteSource
  private let tensors: [TensorBytes]
  private var external: ExternalData?
  private let limits: ReadLimits
  /// The bytes of all tensors so far.
  private(set) var declaredBytes = 0

  /// Data of a source whose bulk the skeleton left out.
  init(source: any ByteSource, tensors: [TensorBytes], folder: String?, limits: ReadLimits) {
    self.source = source
    self.tensors = tensors
    self.limits = limits
    external = folder.map(ExternalData.init)
  }

  /// The element type and shape of a tensor.
  static func header(
    _ tensor: Onnx_TensorProto, name: String
  ) throws(ONNXError) -> (type: ElementType, shape: Shape) {
    guard !tensor.hasSegment else { throw .segmented(tensor: name) }
    let number = Int(tensor.dataType)
    guard let type = UInt8(exactly: number).flatMap(ElementType.init(rawValue:)) else {
      throw .undefinedType(number, tensor: name)
    }
    return (type, try shape(tensor.dims.map(Int.init), name: name))
  }

  /// A shape, with the tensor's name in the error.
  static func shape(_ dimensions: [Int], name: String) throws(ONNXError) -> Shape {
    do {
      return try Shape(dimensions)
    } catch {
      throw .tensor(error, tensor: name)
    }
  }

  /// Counts the bytes of a tensor; `nil` for strings, whose size nothing declares.
  @discardableResult
  mutating func declare(
    _ type: ElementType, _ shape: Shape, name: String
  ) throws(ONNXError) -> Int? {
    do {
      guard let count = try type.byteCount(shape.count) else { return nil }
      try add(count)
      return count
    } catch {
      throw .tensor(error, tensor: name)
    }
  }

  private mutating func add(_ count: Int) throws(TensorError) {
    let (sum, overflow) = declaredBytes.addingReportingOverflow(count)
    try limits.check(overflow ? .max : sum)
    declaredBytes = sum
  }

  /// The tensor's bytes, a range of the source wherever they lie there as they are.
  mutating func storage(
    _ tensor: Onnx_TensorProto, type: ElementType, shape: Shape, name: String
  ) throws(ONNXError) -> Storage {
    let expected = try declare(type, shape, name: name)
    let kept = try rangesLeftOut(of: tensor)
    let fields = TensorField.present(in: tensor, kept)
    guard let field = fields.first else {
      guard shape.count == 0 else {
        throw .tensor(.byteCount(expected: expected ?? shape.count, found: 0), tensor: name)
      }
      return .empty
    }
    guard fields.count == 1 else {
      throw .ambiguousData(fields: fields.map(\.rawValue), tensor: name)
    }
    guard field.holds(type) else { throw .wrongField(field.rawValue, type: type, tensor: name) }
    if field == .external {
      return try externalStorage(tensor, expected: expected ?? 0, name: name)
    }
    if field == .strings {
      return try strings(tensor.stringData, count: shape.count, name: name)
    }
    let storage = try field.storage(
      tensor, kept, source, TensorTarget(type: type, count: shape.count, name: name))
    if let expected, expected != storage.byteCount {
      throw .tensor(.byteCount(expected: expected, found: storage.byteCount), tensor: name)
    }
    return storage
  }

  /// What the skeleton left out of a tensor, found by its mark.
  private func rangesLeftOut(of tensor: Onnx_TensorProto) throws(ONNXError) -> TensorBytes {
    guard tensor.hasRawData else { return TensorBytes() }
    let mark = [UInt8](tensor.rawData)
    guard mark.count == 4 else { throw .malformedMessage(reason: "unmarked tensor data") }
    let index = Int(mark.rawSpan.loadLittleEndian(UInt32.self, at: 0))
    guard tensors.indices.contains(index) else {
      throw .malformedMessage(reason: "unmarked tensor data")
    }
    return tensors[index]
  }

  private mutating func externalStorage(
    _ tensor: Onnx_TensorProto, expected: Int, name: String
  ) throws(ONNXError) -> Storage {
    guard external != nil else { throw .externalWithoutFolder(tensor: name) }
    let entries = tensor.externalData.map { ($0.key, $0.value) }
    return try external?.storage(entries, count: expected, tensor: name) ?? .empty
  }

  /// Strings one after the other, each behind its length in four bytes.
  private mutating func strings(
    _ strings: [ProtobufBytes], count: Int, name: String
  ) throws(ONNXError) -> Storage {
    guard strings.count == count else {
      throw .elementCount(
        field: TensorField.strings.rawValue, expected: count, found: strings.count, tensor: name)
    }
    var bytes: [UInt8] = []
    for string in strings {
      let characters = [UInt8](string)
      bytes.appendLittleEndian(UInt32(truncatingIfNeeded: characters.count))
      bytes.append(contentsOf: characters)
    }
    do {
      try add(bytes.count)
    } catch {
      throw .tensor(error, tensor: name)
    }
    return Storage(bytes)
  }
}
