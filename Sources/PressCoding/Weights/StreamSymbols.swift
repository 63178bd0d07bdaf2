import PressFile
package import PressTensor

/// What a stream says, without expanding one that always says the same.
package enum StreamSymbols: Sendable {
  /// One symbol, so many times.
  case only(UInt8, count: Int)
  /// Any symbols, one byte each.
  case list(Storage)

  /// All symbols, one byte each.
  package var expanded: Storage {
    switch self {
    case .only(let symbol, let count): Storage([UInt8](repeating: symbol, count: count))
    case .list(let list): list
    }
  }

  /// How often each symbol occurs.
  var histogram: Histogram {
    switch self {
    case .only(let symbol, let count):
      var histogram = Histogram()
      histogram.add(Int(symbol), times: count)
      return histogram
    case .list(let list): return list.withBytes { Histogram($0) }
    }
  }
}

extension StoredWeight {
  /// The symbols of a stream: the one that it has, or all of them, one byte each.
  package func symbols(in stream: StoredStream) throws(CodingError) -> StreamSymbols {
    let symbols: (count: Int, width: Int)
    do {
      symbols = try self.symbols(of: stream.role)
    } catch {
      throw .truncated(needed: Int.max, found: stream.bytes.byteCount)
    }
    if stream.coding == .raw, symbols.width == 8 {
      guard stream.bytes.byteCount == symbols.count else {
        throw .truncated(needed: symbols.count, found: stream.bytes.byteCount)
      }
      return .list(stream.bytes)
    }
    if let only = try stream.onlySymbol() { return .only(only, count: symbols.count) }
    return try stream.bytes.withBytes { (span) throws(CodingError) in
      let list =
        switch stream.coding {
        case .raw, .auto:
          try BitPacking.unpack(span, count: symbols.count, width: symbols.width)
        case .huffman: try Huffman.decode(span, count: symbols.count)
        case .rans: try Rans.decode(span, count: symbols.count)
        case .deflate: try inflated(span, count: symbols.count)
        }
      return .list(Storage(list))
    }
  }

  private func inflated(_ span: RawSpan, count: Int) throws(CodingError) -> [UInt8] {
    do {
      return try Deflate.inflate(span, count: count)
    } catch {
      if case .inflate(let reason) = error { throw .inflate(reason: reason) }
      throw .inflate(reason: "\(error)")
    }
  }
}
