import PressTensor
import SwiftProtobuf

/// Where a tensor's data lies in the file.
struct TensorBytes {
  /// The field `raw_data`.
  var raw: Range<Int>?
  /// Packed parts of `float_data`.
  var floats: [Range<Int>] = []
  /// Packed parts of `double_data`.
  var doubles: [Range<Int>] = []

  /// Whether there is nothing to remember.
  var isEmpty: Bool { raw == nil && floats.isEmpty && doubles.isEmpty }
}

/// An ONNX file without its bulk: a small protobuf message, and where the bulk lies.
///
/// The file is a model, or a single tensor.
///
/// Each tensor's `raw_data` is the index of its entry in `tensors`, as four little-endian bytes.
struct Skeleton {
  /// A serialized message of the file's kind.
  private(set) var bytes: [UInt8] = []
  /// The data that was left out.
  private(set) var tensors: [TensorBytes] = []
  /// Whole fields of the ModelProto that nobody reads, by their number, 0 for unknown ones.
  private(set) var fragments: [Int: [Range<Int>]] = [:]
  private var messages = 0

  /// Graphs inside graphs, counted from the main one.
  static let deepestGraph = 64
  /// Messages inside messages: each graph sits in an attribute of a node.
  static let deepestMessage = 3 * deepestGraph + 32
  /// Each message costs some hundred bytes of memory, though it may take two in the file.
  static let mostMessages = 1 << 20

  /// How to parse a message that is no deeper than a skeleton may be.
  static var options: BinaryDecodingOptions {
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = deepestMessage + 1
    return options
  }

  /// Walks through a serialized ModelProto.
  init(_ span: RawSpan) throws(ONNXError) {
    try copy(span, 0..<span.byteCount, as: .model, depth: 1)
  }

  /// Walks through a serialized TensorProto that fills a range.
  init(tensor span: RawSpan, _ range: Range<Int>) throws(ONNXError) {
    try copy(span, range, as: .tensor, depth: 1)
  }

  private mutating func copy(
    _ span: RawSpan, _ range: Range<Int>, as message: WireMessage, depth: Int
  ) throws(ONNXError) {
    guard depth <= Self.deepestMessage else { throw .tooDeep(limit: Self.deepestMessage) }
    var reader = WireReader(span, range)
    var seen: UInt64 = 0
    var tensor = TensorBytes()
    while let field = try reader.next() {
      guard let content = message.content(of: field.number) else {
        if case .model = message { fragments[0, default: []].append(field.whole) }
        continue
      }
      guard content.allows(field.type) else {
        throw .wireType(message: "\(message)", field: field.number, offset: field.whole.lowerBound)
      }
      switch content {
      case .message(let inner), .messages(let inner):
        if case .message = content {
          let bit: UInt64 = 1 << UInt64(field.number)
          guard seen & bit == 0 else {
            throw .duplicateField(
              message: "\(message)", field: field.number, offset: field.whole.lowerBound)
          }
          seen |= bit
        }
        try descend(span, field, into: inner, depth: depth)
      default:
        if case .tensor = message, try tensor.take(field) { continue }
        append(span, field.whole)
      }
    }
    if !tensor.isEmpty { mark(tensor) }
  }

  private mutating func descend(
    _ span: RawSpan, _ field: WireField, into inner: WireMessage, depth: Int
  ) throws(ONNXError) {
    messages += 1
    guard messages <= Self.mostMessages else { throw .tooManyMessages(limit: Self.mostMessages) }
    switch inner {
    case .training, .configuration:
      fragments[field.number, default: []].append(field.whole)
      return
    case .graph:
      guard depth <= 3 * Self.deepestGraph else { throw .tooDeep(limit: Self.deepestGraph) }
    default: break
    }
    appendVarint(UInt64(field.number) << 3 | UInt64(WireType.bytes.rawValue))
    let place = bytes.count
    bytes.append(contentsOf: [0, 0, 0, 0, 0])
    try copy(span, field.payload, as: inner, depth: depth + 1)
    let length = bytes.count - place - 5
    for index in 0..<5 {
      let more: UInt8 = index < 4 ? 0x80 : 0
      bytes[place + index] = UInt8(length >> (7 * index) & 0x7F) | more
    }
  }

  private mutating func mark(_ tensor: TensorBytes) {
    appendVarint(9 << 3 | UInt64(WireType.bytes.rawValue))
    bytes.append(4)
    bytes.appendLittleEndian(UInt32(tensors.count))
    tensors.append(tensor)
  }

  private mutating func append(_ span: RawSpan, _ range: Range<Int>) {
    for index in range { bytes.append(span.loadLittleEndian(UInt8.self, at: index)) }
  }

  private mutating func appendVarint(_ value: UInt64) {
    bytes.appendVarint(value)
  }
}

extension TensorBytes {
  /// Remembers the field if it holds data that need not be copied.
  fileprivate mutating func take(_ field: WireField) throws(ONNXError) -> Bool {
    guard field.type == .bytes else { return false }
    switch field.number {
    case 4: floats.append(field.payload)
    case 10: doubles.append(field.payload)
    case 9:
      guard raw == nil else {
        throw .duplicateField(message: "tensor", field: 9, offset: field.whole.lowerBound)
      }
      raw = field.payload
    default: return false
    }
    return true
  }
}

extension [UInt8] {
  /// Appends a base-128 number.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
