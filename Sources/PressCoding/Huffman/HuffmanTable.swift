import PressTensor

/// A code table as it is written: one symbol, or the code lengths of a range of symbols.
///
/// The first byte holds the form in its low four bits and, in its high four, the base-2 logarithm
/// of the number of parts that the stream has. Form 0 names the only symbol. Forms 1 and 2 give the
/// first and the last symbol and then their lengths, four bits each, the low half of a byte first;
/// in form 2 a length of 0 is followed by four bits r and stands for r + 1 zeros.
enum HuffmanTable: Equatable {
  case single(UInt8)
  case code(HuffmanCode)

  /// The table's bytes, in the shorter of the two forms.
  func serialized(partsLog2: Int) -> [UInt8] {
    let parts = UInt8(partsLog2) << 4
    switch self {
    case .single(let symbol): return [parts, symbol]
    case .code(let code):
      let present = code.lengths.indices.filter { code.lengths[$0] > 0 }
      guard let first = present.first, let last = present.last else {
        preconditionFailure("a code has at least two symbols")
      }
      let range = Array(code.lengths[first...last])
      let runs = runLengths(range)
      let isShorter = runs.count < range.count
      return [parts | (isShorter ? 2 : 1), UInt8(first), UInt8(last)]
        + BitPacking.pack(isShorter ? runs : range, width: 4)
    }
  }

  private func runLengths(_ lengths: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < lengths.count {
      result.append(lengths[index])
      guard lengths[index] == 0 else {
        index += 1
        continue
      }
      var run = 1
      while run < 16, index + run < lengths.count, lengths[index + run] == 0 { run += 1 }
      result.append(UInt8(run - 1))
      index += run
    }
    return result
  }

  /// Reads a table from the beginning of a span; says how many parts and bytes it has.
  static func read(
    _ span: RawSpan
  ) throws(CodingError) -> (table: HuffmanTable, parts: Int, byteCount: Int) {
    guard span.byteCount >= 2 else { throw .truncated(needed: 2, found: span.byteCount) }
    let head = span.loadLittleEndian(UInt8.self, at: 0)
    guard head & 15 <= 2, head >> 4 <= 5 else { throw .unknownTable(head) }
    let parts = 1 << Int(head >> 4)
    let first = Int(span.loadLittleEndian(UInt8.self, at: 1))
    if head & 15 == 0 { return (.single(UInt8(first)), parts, 2) }
    guard span.byteCount >= 3 else { throw .truncated(needed: 3, found: span.byteCount) }
    let last = Int(span.loadLittleEndian(UInt8.self, at: 2))
    guard first < last else { throw .badTableRange }
    var lengths = [UInt8](repeating: 0, count: 256)
    var symbol = first
    var nibble = 6
    func next() throws(CodingError) -> UInt8 {
      guard nibble / 2 < span.byteCount else {
        throw .truncated(needed: nibble / 2 + 1, found: span.byteCount)
      }
      defer { nibble += 1 }
      return span.loadLittleEndian(UInt8.self, at: nibble / 2) >> UInt8(nibble % 2 * 4) & 15
    }
    while symbol <= last {
      let length = try next()
      if length == 0, head & 15 == 2 {
        symbol += Int(try next()) + 1
      } else {
        lengths[symbol] = length
        symbol += 1
      }
    }
    guard symbol == last + 1 else { throw .badTableRange }
    return (.code(try HuffmanCode(lengths: lengths)), parts, (nibble + 1) / 2)
  }
}
