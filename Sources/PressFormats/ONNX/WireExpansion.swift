import PressFile
import PressTensor

/// Puts the bulk back into a serialized message whose `raw_data` fields are marks.
///
/// Lengths are found in a first walk, so that the second can write without looking back and
/// needs one tensor in memory at a time.
struct WireExpansion {
  /// The lengths of the messages inside, expanded, in the order in which they begin.
  private var lengths: [Int] = []
  private var next = 0
  private let skeleton: [UInt8]
  private let streams: [Int]
  /// The number of bytes of the expanded message.
  private(set) var byteCount = 0

  /// Plans the expansion of a ModelProto; `streams` are the lengths of the data of each mark.
  init(_ skeleton: [UInt8], streams: [Int]) throws(ONNXError) {
    self.skeleton = skeleton
    self.streams = streams
    byteCount = try measure(0..<skeleton.count, as: .model)
  }

  /// Writes the expanded message; `data` writes the bytes of a mark.
  mutating func write(
    to file: inout AtomicFile, data: (Int, inout AtomicFile) throws -> Void
  ) throws {
    next = 0
    try write(0..<skeleton.count, as: .model, to: &file, data: data)
  }

  private mutating func measure(
    _ range: Range<Int>, as message: WireMessage
  ) throws(ONNXError) -> Int {
    var total = 0
    for field in try skeleton.fields(in: range) {
      guard let inner = message.inner(field) else {
        if let mark = skeleton.mark(field, of: message) {
          total += length(of: field, holding: try stream(mark))
        } else {
          total += field.whole.count
        }
        continue
      }
      let place = lengths.count
      lengths.append(0)
      let count = try measure(field.payload, as: inner)
      lengths[place] = count
      total += length(of: field, holding: count)
    }
    return total
  }

  private func stream(_ mark: Int) throws(ONNXError) -> Int {
    guard streams.indices.contains(mark) else {
      throw .malformedMessage(reason: "unmarked tensor data")
    }
    return streams[mark]
  }

  private func length(of field: WireField, holding count: Int) -> Int {
    var header: [UInt8] = []
    header.appendHeader(field.number, count)
    return header.count + count
  }

  private mutating func write(
    _ range: Range<Int>, as message: WireMessage, to file: inout AtomicFile,
    data: (Int, inout AtomicFile) throws -> Void
  ) throws {
    for field in try skeleton.fields(in: range) {
      if let inner = message.inner(field) {
        try writeHeader(field, lengths[next], to: &file)
        next += 1
        try write(field.payload, as: inner, to: &file, data: data)
      } else if let mark = skeleton.mark(field, of: message) {
        try writeHeader(field, streams[mark], to: &file)
        try data(mark, &file)
      } else {
        try file.write(Array(skeleton[field.whole]))
      }
    }
  }

  private func writeHeader(
    _ field: WireField, _ count: Int, to file: inout AtomicFile
  ) throws(FileError) {
    var header: [UInt8] = []
    header.appendHeader(field.number, count)
    try file.write(header)
  }
}

extension WireMessage {
  /// The message that a field holds; `nil` for any other content.
  fileprivate func inner(_ field: WireField) -> WireMessage? {
    switch content(of: field.number) {
    case .message(let inner), .messages(let inner): inner
    default: nil
    }
  }
}

extension [UInt8] {
  /// The fields of the message that fills a range.
  fileprivate func fields(in range: Range<Int>) throws(ONNXError) -> [WireField] {
    var fields: [WireField] = []
    var reader = WireReader(rawSpan, range)
    while let field = try reader.next() { fields.append(field) }
    return fields
  }

  /// The mark in a tensor's `raw_data`.
  fileprivate func mark(_ field: WireField, of message: WireMessage) -> Int? {
    guard case .tensor = message, field.number == 9, field.payload.count == 4 else { return nil }
    return Int(rawSpan.loadLittleEndian(UInt32.self, at: field.payload.lowerBound))
  }

  /// Appends the tag and the length of a field of bytes.
  fileprivate mutating func appendHeader(_ number: Int, _ count: Int) {
    appendVarint(UInt64(number) << 3 | UInt64(WireType.bytes.rawValue))
    appendVarint(UInt64(count))
  }
}
