import PressTensor

/// How a protobuf field is written.
enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case bytes = 2
  case groupStart = 3
  case groupEnd = 4
  case fixed32 = 5
}

/// One field of a message as the wire holds it.
struct WireField {
  /// The field's number.
  let number: Int
  /// How it is written; a group counts as one field.
  let type: WireType
  /// Everything from the tag on.
  let whole: Range<Int>
  /// What follows the tag and, for `bytes`, the length.
  let payload: Range<Int>
}

/// Walks the fields of one message inside a span, checking every bound.
struct WireReader: ~Escapable {
  /// Groups are a relic: nobody nests them deeper than this.
  private static let deepestGroup = 32

  private let span: RawSpan
  private let end: Int
  private(set) var position: Int

  /// Starts at the beginning of a message that fills `range`.
  @_lifetime(copy span)
  init(_ span: RawSpan, _ range: Range<Int>) {
    self.span = span
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field; `nil` at the end of the message.
  mutating func next() throws(ONNXError) -> WireField? {
    guard position < end else { return nil }
    let start = position
    let (number, type) = try tag()
    let payload =
      switch type {
      case .groupStart: try group(number, from: start)
      case .groupEnd: throw .strayGroup(offset: start)
      default: try value(type)
      }
    return WireField(number: number, type: type, whole: start..<position, payload: payload)
  }

  private mutating func tag() throws(ONNXError) -> (number: Int, type: WireType) {
    let start = position
    let tag = try varint()
    guard let type = WireType(rawValue: UInt8(tag & 7)), (1..<(1 << 29)).contains(tag >> 3) else {
      throw .malformedTag(tag, offset: start)
    }
    return (Int(tag >> 3), type)
  }

  /// A base-128 number of at most ten bytes.
  private mutating func varint() throws(ONNXError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else {
        throw .truncated(offset: start, expected: position - start + 1, found: end - start)
      }
      let byte = span.loadLittleEndian(UInt8.self, at: position)
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .malformedVarint(offset: start)
  }

  private mutating func value(_ type: WireType) throws(ONNXError) -> Range<Int> {
    switch type {
    case .varint:
      let start = position
      _ = try varint()
      return start..<position
    case .fixed32: return try take(4)
    case .fixed64: return try take(8)
    default:
      let start = position
      let length = try varint()
      guard let count = Int(exactly: length) else {
        throw .truncated(offset: start, expected: .max, found: end - position)
      }
      return try take(count)
    }
  }

  private mutating func take(_ count: Int) throws(ONNXError) -> Range<Int> {
    guard count <= end - position else {
      throw .truncated(offset: position, expected: count, found: end - position)
    }
    defer { position += count }
    return position..<(position + count)
  }

  /// Skips a group, whose start was just read; the payload includes the end tag.
  private mutating func group(_ number: Int, from start: Int) throws(ONNXError) -> Range<Int> {
    let first = position
    var open = [number]
    while let innermost = open.last {
      guard position < end else { throw .openGroup(number: innermost, offset: start) }
      let (number, type) = try tag()
      switch type {
      case .groupStart:
        guard open.count < Self.deepestGroup else { throw .tooDeep(limit: Self.deepestGroup) }
        open.append(number)
      case .groupEnd:
        guard number == innermost else { throw .openGroup(number: innermost, offset: start) }
        open.removeLast()
      default: _ = try value(type)
      }
    }
    return first..<position
  }
}
