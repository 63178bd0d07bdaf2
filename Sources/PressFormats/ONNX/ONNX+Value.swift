import PressFile
package import PressGraph
package import PressTensor

extension ONNX {
  /// Reads a file that holds one serialized value, as ONNX's test cases do.
  ///
  /// The file does not say whether it is a TensorProto, a SequenceProto or an OptionalProto: `type`
  /// does.
  ///
  /// - Throws: `ONNXError`, or `FileError` if the file cannot be opened.
  package static func readValue(
    path: String, type: ValueType, limits: ReadLimits
  ) throws -> Value {
    try readValue(MappedFile(path: path), type: type, limits: limits)
  }

  /// Reads one serialized value: a tensor, a sequence of tensors, or either of them as an optional.
  ///
  /// - Throws: `ONNXError`.
  package static func readValue(
    _ source: any ByteSource, type: ValueType, limits: ReadLimits
  ) throws(ONNXError) -> Value {
    var reader = ValueReader(source: source, limits: limits)
    let range = 0..<source.byteCount
    return switch type {
    case .tensor: .tensor(try reader.tensor(range))
    case .sequence: .sequence(try reader.sequence(range))
    case .optional: .optional(try reader.optional(range))
    default: throw .valueKind(expected: "a tensor, sequence or optional", found: "another type")
    }
  }
}

/// Walks through a SequenceProto or an OptionalProto, whose fields have the same numbers.
private struct ValueReader {
  let source: any ByteSource
  /// What the tensors to come may take.
  var limits: ReadLimits

  /// What `elem_type` says of the values; each kind has a field of its own.
  private enum Kind: UInt8 {
    case tensor = 1
    case sequence = 3

    var field: Int { Int(rawValue) + 2 }
  }

  mutating func tensor(_ range: Range<Int>) throws(ONNXError) -> Tensor {
    let tensor = try ONNX.tensor(source, range, limits)
    limits.maximumBytes -= tensor.storage.byteCount
    return tensor
  }

  mutating func sequence(_ range: Range<Int>) throws(ONNXError) -> [Tensor] {
    let (kind, parts) = try parts(of: range, "sequence")
    guard parts.isEmpty || kind == .tensor else {
      throw .valueKind(expected: "a sequence of tensors", found: "one of sequences")
    }
    var tensors: [Tensor] = []
    for part in parts { tensors.append(try tensor(part)) }
    return tensors
  }

  mutating func optional(_ range: Range<Int>) throws(ONNXError) -> Value? {
    let (kind, parts) = try parts(of: range, "optional")
    guard let kind, let part = parts.first else { return nil }
    guard parts.count == 1 else {
      throw .duplicateField(
        message: "optional", field: kind.field, offset: parts[1].lowerBound)
    }
    return switch kind {
    case .tensor: .tensor(try tensor(part))
    case .sequence: .sequence(try sequence(part))
    }
  }

  /// The messages inside of one, all of the kind that it declares.
  private func parts(
    of range: Range<Int>, _ message: String
  ) throws(ONNXError) -> (kind: Kind?, parts: [Range<Int>]) {
    let (declared, fields) = try source.withBytes { (span) throws(ONNXError) in
      var reader = WireReader(span, range)
      var declared: UInt8?
      var fields: [WireField] = []
      while let field = try reader.next() {
        guard (1...7).contains(field.number) else { continue }
        guard (field.type == (field.number == 2 ? .varint : .bytes)) else {
          throw .wireType(message: message, field: field.number, offset: field.whole.lowerBound)
        }
        switch field.number {
        case 1: continue
        case 2:
          guard declared == nil, field.payload.count == 1 else {
            throw .duplicateField(message: message, field: 2, offset: field.whole.lowerBound)
          }
          declared = span.loadLittleEndian(UInt8.self, at: field.payload.lowerBound)
        default:
          guard fields.count < Skeleton.mostMessages else {
            throw .tooManyMessages(limit: Skeleton.mostMessages)
          }
          fields.append(field)
        }
      }
      return (declared, fields)
    }
    let kind = declared.flatMap(Kind.init)
    for field in fields where field.number != kind?.field {
      throw .valueKind(
        expected: "tensors or sequences, as the \(message) declares",
        found: "field \(field.number) where elem_type is \(declared ?? 0)")
    }
    return (kind, fields.map(\.payload))
  }
}
