import PressTensor

/// The head of a coded stream: the only symbol, or the frequencies of a range of symbols.
///
/// The first byte holds the precision in its low four bits, 0 for a single symbol, and in its high
/// four the base-2 logarithm of the number of states. Then come the first and the last symbol, and
/// for each from first to last four bits n: the length of its frequency in bits, followed by those
/// below the highest one; 0 is followed by four bits r and stands for r + 1 symbols that do not occur.
enum RansTable: Equatable {
  case single(UInt8)
  case frequencies(Frequencies)

  /// The table's bytes.
  func serialized(statesLog2: Int) -> [UInt8] {
    switch self {
    case .single(let symbol): return [0, symbol]
    case .frequencies(let frequencies):
      let counts = frequencies.counts
      let first = counts.firstIndex { $0 > 0 } ?? 0
      let last = counts.lastIndex { $0 > 0 } ?? 0
      var writer = BitWriter()
      var symbol = first
      while symbol <= last {
        let count = counts[symbol]
        let length = UInt16.bitWidth - count.leadingZeroBitCount
        writer.append(UInt32(length), width: 4)
        if length > 0 {
          writer.append(UInt32(count) & (1 << UInt32(length - 1) - 1), width: length - 1)
          symbol += 1
        } else {
          let run = counts[symbol...].prefix(16).prefix { $0 == 0 }.count
          writer.append(UInt32(run - 1), width: 4)
          symbol += run
        }
      }
      let head = UInt8(frequencies.precision) | UInt8(statesLog2) << 4
      return [head, UInt8(first), UInt8(last)] + writer.finish()
    }
  }

  /// Reads a table from the beginning of a span; says how many states and bytes it has.
  static func read(
    _ span: RawSpan
  ) throws(CodingError) -> (table: RansTable, states: Int, byteCount: Int) {
    guard span.byteCount >= 2 else { throw .truncated(needed: 2, found: span.byteCount) }
    let head = span.loadLittleEndian(UInt8.self, at: 0)
    let first = Int(span.loadLittleEndian(UInt8.self, at: 1))
    let precision = Int(head & 15)
    if head == 0 { return (.single(UInt8(first)), 0, 2) }
    guard Frequencies.precisions.contains(precision), head >> 4 <= 5 else {
      throw .unknownTable(head)
    }
    guard span.byteCount >= 3 else { throw .truncated(needed: 3, found: span.byteCount) }
    let last = Int(span.loadLittleEndian(UInt8.self, at: 2))
    guard first < last else { throw .badTableRange }
    var reader = BitReader(span, at: 3)
    var counts = [UInt16](repeating: 0, count: 256)
    var symbol = first
    while symbol <= last {
      let length = Int(try reader.read(4))
      if length == 0 {
        symbol += Int(try reader.read(4)) + 1
      } else {
        counts[symbol] = UInt16(1 << (length - 1)) | UInt16(try reader.read(length - 1))
        symbol += 1
      }
    }
    guard symbol == last + 1, counts[first] > 0, counts[last] > 0 else { throw .badTableRange }
    let end = try reader.finish()
    let frequencies = try Frequencies(precision: precision, counts: counts)
    return (.frequencies(frequencies), 1 << Int(head >> 4), end)
  }
}
