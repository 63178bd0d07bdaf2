import PressTensor

/// Reads the symbols of a stream a few at a time, and gives back the pages of the file behind it.
struct SymbolReader {
  private enum Form {
    case packed(width: Int)
    case only(UInt8)
    case huffman(HuffmanSteps)
    case rans(RansSteps)
    /// Symbols that could not be had but all together.
    case list(Storage)
  }

  private let bytes: Storage
  private let count: Int
  private var form: Form
  private var next = 0
  private var released = 0
  /// Pages are given back in steps of so many bytes.
  private static let releaseBytes = 1 << 16

  /// The symbols of one of a weight's streams.
  init(_ stream: StoredStream, of weight: StoredWeight) throws(CodingError) {
    let symbols: (count: Int, width: Int)
    do {
      symbols = try weight.symbols(of: stream.role)
    } catch {
      throw .truncated(needed: Int.max, found: stream.bytes.byteCount)
    }
    (bytes, count) = (stream.bytes, symbols.count)
    switch stream.coding {
    case .raw, .auto: form = try SymbolReader.packed(stream.bytes, symbols)
    case .huffman: form = try SymbolReader.huffman(stream.bytes, symbols.count)
    case .rans: form = try SymbolReader.rans(stream.bytes, symbols.count)
    case .deflate: form = .list(try weight.symbols(in: stream).expanded)
    }
  }

  private static func packed(
    _ bytes: Storage, _ symbols: (count: Int, width: Int)
  ) throws(CodingError) -> Form {
    let (bits, overflow) = symbols.count.multipliedReportingOverflow(by: symbols.width)
    guard !overflow, bits <= Int.max - 7, (bits + 7) / 8 == bytes.byteCount else {
      throw .truncated(needed: overflow ? Int.max : bits / 8, found: bytes.byteCount)
    }
    let spare = UInt8((8 - bits % 8) % 8)
    let isPadded = bytes.withBytes { span in
      spare == 0 || span.loadLittleEndian(UInt8.self, at: span.byteCount - 1) >> (8 - spare) == 0
    }
    guard isPadded else { throw .trailingBits(stream: 0) }
    return .packed(width: symbols.width)
  }

  private static func huffman(_ bytes: Storage, _ count: Int) throws(CodingError) -> Form {
    try bytes.withBytes { (span) throws(CodingError) in
      if let only = try Huffman.onlySymbol(span) { return .only(only) }
      return .huffman(try Huffman.steps(span, count: count))
    }
  }

  private static func rans(_ bytes: Storage, _ count: Int) throws(CodingError) -> Form {
    try bytes.withBytes { (span) throws(CodingError) in
      if let only = try Rans.onlySymbol(span) { return .only(only) }
      return .rans(try Rans.steps(span, count: count))
    }
  }

  /// The symbols that are left.
  var left: Int { count - next }

  /// The next symbols, one byte each.
  ///
  /// - Throws: `CodingError.truncated` where there are fewer, and what their code demands.
  mutating func read(_ wanted: Int) throws(CodingError) -> [UInt8] {
    guard wanted <= left else { throw .truncated(needed: next + wanted, found: count) }
    let (bytes, start) = (bytes, next)
    next += wanted
    var position = 0
    let symbols: [UInt8]
    switch form {
    case .only(let symbol): return [UInt8](repeating: symbol, count: wanted)
    case .list(let list):
      return list.withBytes { Array(copying: $0.extracting(start..<(start + wanted))) }
    case .packed(let width):
      symbols = bytes.withBytes { BitPacking.unpack($0, from: start, count: wanted, width: width) }
      position = next * width / 8
    case .huffman(var steps):
      // Nobody else holds the steps while they go on.
      form = .only(0)
      symbols = try bytes.withBytes { (span) throws(CodingError) in
        try steps.read(wanted, from: span)
      }
      position = steps.position
      form = .huffman(steps)
    case .rans(var steps):
      form = .only(0)
      symbols = try bytes.withBytes { (span) throws(CodingError) in
        try steps.read(wanted, from: span)
      }
      position = steps.position
      form = .rans(steps)
    }
    release(before: position)
    return symbols
  }

  private mutating func release(before position: Int) {
    guard position - released >= SymbolReader.releaseBytes || left == 0 else { return }
    // From the beginning on: pages at the edges of parts belong to both.
    if bytes.isMapped, let passed = try? bytes.slice(0..<position) { passed.release() }
    released = position
  }
}

extension Huffman {
  /// A stream of more than one symbol, to be decoded step by step.
  fileprivate static func steps(_ span: RawSpan, count: Int) throws(CodingError) -> HuffmanSteps {
    let (table, parts, start) = try HuffmanTable.read(span)
    guard case .code(let code) = table, count <= (span.byteCount - start) * 8 else {
      throw .truncated(needed: count / 8, found: span.byteCount - start)
    }
    let ranges = try partRanges(span, from: start, parts: parts)
    return HuffmanSteps(span, code, ranges, count: count)
  }
}

extension Rans {
  /// A stream of more than one symbol, to be decoded step by step.
  fileprivate static func steps(_ span: RawSpan, count: Int) throws(CodingError) -> RansSteps {
    let (table, states, start) = try RansTable.read(span)
    guard case .frequencies(let frequencies) = table, count / expansionLimit <= span.byteCount
    else { throw .truncated(needed: count / expansionLimit, found: span.byteCount) }
    return try RansSteps(span, frequencies, states: states, start: start, symbols: count)
  }
}

extension BitPacking {
  /// Unpacks symbols from the middle of a stream that has them.
  static func unpack(_ span: RawSpan, from start: Int, count: Int, width: Int) -> [UInt8] {
    let mask = UInt32(1) << UInt32(width) - 1
    var position = start * width
    return [UInt8](capacity: count) { output in
      for _ in 0..<count {
        let first = position >> 3
        var word = UInt32(span.loadLittleEndian(UInt8.self, at: first))
        if position & 7 + width > 8 {
          word |= UInt32(span.loadLittleEndian(UInt8.self, at: first + 1)) << 8
        }
        output.append(UInt8(truncatingIfNeeded: word >> UInt32(position & 7) & mask))
        position += width
      }
    }
  }
}
