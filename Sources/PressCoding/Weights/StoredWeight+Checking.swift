package import PressTensor

extension StoredWeight {
  /// Reads every stream and counts again what the file says about them.
  ///
  /// Nothing is expanded beyond the symbols of a stream that has more than one, of which a byte
  /// holds at most eight, so that a small file with large claims costs little memory.
  ///
  /// - Returns: the decoded elements other than 0, and each stream's entropy in bits.
  package func recount() throws(CodingError) -> (nonzeros: Int, entropies: [Int]) {
    var entropies: [Int] = []
    var counter = NonzeroCounter(self)
    for stream in streams {
      let symbols = try symbols(in: stream)
      switch symbols {
      case .only: entropies.append(0)
      case .list(let list): entropies.append(list.withBytes { Histogram($0).entropyBits })
      }
      switch stream.role {
      case .support: try check(support: symbols)
      case .codebook: counter.codebook = stream.bytes.copied()
      case .values: try counter.add(symbols)
      }
    }
    return (counter.nonzeros, entropies)
  }

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
    return try stream.bytes.withBytes { (span) throws(CodingError) in
      guard stream.coding == .huffman else {
        return .list(
          Storage(try BitPacking.unpack(span, count: symbols.count, width: symbols.width)))
      }
      if let only = try Huffman.onlySymbol(span) { return .only(only, count: symbols.count) }
      return .list(Storage(try Huffman.decode(span, count: symbols.count)))
    }
  }

  /// Checks that a support marks as many elements as it should and none that are not there.
  private func check(support symbols: StreamSymbols) throws(CodingError) {
    let (count, kept) = (count, kept)
    switch (symbols, support) {
    case (.only(let symbol, let length), .relative(let width, _)):
      try SupportCode.check(
        repeating: symbol, times: length, width: width, count: count, kept: kept)
    case (.only(let symbol, let length), _):
      let rest = count % 8
      guard rest == 0 || length == 0 || symbol >> UInt8(rest) == 0 else { throw .maskPadding }
      let (found, overflow) = length.multipliedReportingOverflow(by: symbol.nonzeroBitCount)
      guard !overflow, found == kept else {
        throw .keptCount(expected: kept, found: overflow ? .max : found)
      }
    case (.list(let list), .relative(let width, _)):
      try list.withBytes { (span) throws(CodingError) in
        try SupportCode.walk(span, width: width, count: count, kept: kept) { _ in }
      }
    case (.list(let list), _):
      try list.withBytes { (span) throws(CodingError) in
        try SupportCode.check(span, count: count, kept: kept)
      }
    }
  }
}

/// What a stream says, without expanding one that always says the same.
package enum StreamSymbols: Sendable {
  /// One symbol, so many times.
  case only(UInt8, count: Int)
  /// Any symbols, one byte each.
  case list(Storage)
}
