import PressTensor

/// Reads a weight's stored elements or codes a few at a time, as `WeightContents.values` holds them.
struct CodeReader {
  private enum Form {
    /// So many symbols for each.
    case whole(Int)
    /// A stream for each byte.
    case planes
    /// Five codes in a byte.
    case trits
    /// Eight codes in a byte.
    case bits
    /// No stream: all elements are one.
    case nothing
  }

  private let form: Form
  private var streams: [SymbolReader] = []
  /// Codes that were read with others.
  private var ahead: [UInt8] = []

  /// The values of a weight, from its streams.
  init(_ weight: StoredWeight) throws(CodingError) {
    for stream in weight.streams where stream.role.holdsValues {
      streams.append(try SymbolReader(stream, of: weight))
    }
    switch weight.values {
    case .codebook(bits: 0): form = .nothing
    case .ternary: form = .trits
    case .binary: form = .bits
    case .plain: form = streams.count > 1 ? .planes : .whole(weight.elementType.byteWidth ?? 1)
    case .narrow: form = streams.count > 1 ? .planes : .whole(2)
    case .fixed(let bits, _): form = bits > 8 ? .planes : .whole(1)
    case .codebook, .affine: form = .whole(1)
    }
  }

  /// The next stored elements.
  mutating func read(_ count: Int) throws(CodingError) -> [UInt8] {
    switch form {
    case .nothing: return []
    case .whole(let unit): return try streams[0].read(count * unit)
    case .planes:
      var merged = [UInt8](repeating: 0, count: count * streams.count)
      for plane in streams.indices {
        let bytes = try streams[plane].read(count)
        BytePlanes.insert(bytes.rawSpan, at: plane, width: streams.count, into: &merged)
      }
      return merged
    case .trits, .bits:
      try fill(count)
      let codes = Array(ahead.prefix(count))
      ahead.removeFirst(count)
      return codes
    }
  }

  /// Reads bytes until there are so many codes ahead.
  private mutating func fill(_ count: Int) throws(CodingError) {
    let each = if case .trits = form { 5 } else { 8 }
    guard count > ahead.count else { return }
    let bytes = try streams[0].read((count - ahead.count + each - 1) / each)
    ahead.reserveCapacity(ahead.count + bytes.count * each)
    for byte in bytes {
      var rest = byte
      for _ in 0..<each {
        ahead.append(each == 5 ? rest % 3 : rest & 1)
        rest = each == 5 ? rest / 3 : rest >> 1
      }
      guard rest == 0 else { throw .badCode(Int(byte), limit: 243) }
    }
  }

  /// Checks that nothing is left but zeros of the last byte.
  func finish() throws(CodingError) {
    for stream in streams {
      guard stream.left == 0 else { throw .trailingBytes(stream.left) }
    }
    guard ahead.allSatisfy({ $0 == 0 }) else { throw .trailingBits(stream: 0) }
  }
}
