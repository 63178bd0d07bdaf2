import PressTensor

extension Huffman {
  /// Decodes exactly `count` symbols from a span that must hold nothing else.
  package static func decode(_ span: RawSpan, count: Int) throws(CodingError) -> [UInt8] {
    let (table, parts, tableByteCount) = try HuffmanTable.read(span)
    switch table {
    case .single(let symbol):
      guard span.byteCount == tableByteCount else {
        throw .trailingBytes(span.byteCount - tableByteCount)
      }
      return [UInt8](repeating: symbol, count: count)
    case .code(let code):
      let ranges = try partRanges(span, from: tableByteCount, parts: parts)
      // Every symbol takes at least one bit, so no count can ask for more memory than 8 times
      // the stream.
      guard count <= (span.byteCount - tableByteCount) * 8 else {
        throw .truncated(needed: count / 8, found: span.byteCount - tableByteCount)
      }
      return try decode(span, ranges, DecodingTable(code), count)
    }
  }

  /// The symbol of a stream that has only one; `nil` for others.
  package static func onlySymbol(_ span: RawSpan) throws(CodingError) -> UInt8? {
    guard case .single(let symbol) = try HuffmanTable.read(span).table else { return nil }
    guard span.byteCount == 2 else { throw .trailingBytes(span.byteCount - 2) }
    return symbol
  }

  /// The bytes of a stream's table.
  package static func tableByteCount(_ span: RawSpan) throws(CodingError) -> Int {
    try HuffmanTable.read(span).byteCount
  }

  static func partRanges(
    _ span: RawSpan, from start: Int, parts: Int
  ) throws(CodingError) -> [Range<Int>] {
    var offset = start
    var sizes: [Int] = []
    for _ in 1..<max(parts, 1) {
      var size = 0
      var shift = 0
      while true {
        guard offset < span.byteCount, shift < 56 else { throw .badStreamSizes }
        let byte = span.loadLittleEndian(UInt8.self, at: offset)
        offset += 1
        size |= Int(byte & 0x7F) << shift
        shift += 7
        if byte & 0x80 == 0 { break }
      }
      sizes.append(size)
    }
    var ranges: [Range<Int>] = []
    for size in sizes {
      guard size <= span.byteCount - offset else { throw .badStreamSizes }
      ranges.append(offset..<(offset + size))
      offset += size
    }
    ranges.append(offset..<span.byteCount)
    return ranges
  }

  private static func decode(
    _ span: RawSpan, _ ranges: [Range<Int>], _ table: DecodingTable, _ count: Int
  ) throws(CodingError) -> [UInt8] {
    let parts = ranges.count
    let length = partLength(count: count, parts: parts)
    var output = [UInt8](repeating: 0, count: count)
    var cursors = (0..<parts).map { part in
      let start = min(part * length, count)
      return Cursor(
        bit: ranges[part].lowerBound * 8, end: ranges[part].upperBound, symbol: start,
        last: min(start + length, count))
    }
    for first in stride(from: 0, to: parts - 3, by: 4) {
      table.decodeFour(span, &cursors, first, &output)
    }
    for part in 0..<parts {
      try table.finish(span, &cursors[part], &output, part)
    }
    return output
  }
}

/// Where the decoding of one part stands.
struct Cursor {
  /// The next bit, counted from the beginning of the stream.
  var bit: Int
  /// The byte behind the part.
  let end: Int
  /// The next symbol's place in the output.
  var symbol: Int
  /// The place behind the part's last symbol.
  let last: Int

  /// Whether six more symbols and eight more bytes are there.
  @inline(__always)
  var hasRoom: Bool { symbol &+ 6 <= last && bit >> 3 <= end &- 8 }
}
