package import PressTensor

extension StoredWeight {
  /// Reads every stream and counts again what the file says about them.
  ///
  /// Streams of one symbol are judged without being expanded, so that a small file with large
  /// claims costs no memory.
  ///
  /// - Returns: the decoded elements other than 0, and each stream's entropy in bits.
  package func recount(
    weight: Weight
  ) throws(CodingError) -> (nonzeros: Int, entropies: [Int]) {
    var entropies: [Int] = []
    for stream in streams { entropies.append(try entropy(of: stream)) }
    if let nonzeros = try uniformNonzeros() { return (nonzeros, entropies) }
    return (weight.countNonzeros(in: try decodedContents()), entropies)
  }

  private func entropy(of stream: StoredStream) throws(CodingError) -> Int {
    let symbols: (count: Int, width: Int)
    do {
      symbols = try self.symbols(of: stream.role)
    } catch {
      throw .truncated(needed: Int.max, found: stream.bytes.byteCount)
    }
    return try stream.bytes.withBytes { (span) throws(CodingError) in
      switch stream.coding {
      case .huffman:
        if try Huffman.onlySymbol(span) != nil { return 0 }
        let decoded = try Huffman.decode(span, count: symbols.count)
        return Histogram(decoded.rawSpan).entropyBits
      case .raw where symbols.width == 8:
        return Histogram(span).entropyBits
      case .raw:
        let unpacked = try BitPacking.unpack(span, count: symbols.count, width: symbols.width)
        return Histogram(unpacked.rawSpan).entropyBits
      }
    }
  }

  /// The answer where every stream but the codebook has only one symbol; `nil` otherwise.
  private func uniformNonzeros() throws(CodingError) -> Int? {
    var element: [UInt8] = []
    for stream in streams {
      if stream.role == .codebook {
        element = stream.bytes.copied()
        continue
      }
      guard stream.coding == .huffman,
        let symbol = try stream.bytes.withBytes({ (span) throws(CodingError) in
          try Huffman.onlySymbol(span)
        })
      else { return nil }
      if stream.role == .values { element.append(symbol) }
      if stream.role == .support { try checkUniformSupport(symbol) }
    }
    if case .codebook(let bits) = values, bits > 0 { return nil }
    guard values == .codebook(bits: 0) || hasPlanes || elementType.byteWidth == 1 else {
      return nil
    }
    return elementType.countNonzeros(in: element.rawSpan, count: 1) * kept
  }

  private func checkUniformSupport(_ symbol: UInt8) throws(CodingError) {
    let found: Int
    if case .relative(let width, let symbols) = support {
      guard Int(symbol) < 1 << width - 1 else { throw .badGaps }
      let (length, overflow) = symbols.multipliedReportingOverflow(by: Int(symbol) + 1)
      guard !overflow, length <= count else { throw .badGaps }
      found = symbols
    } else {
      guard symbol >> UInt8(count % 8 == 0 ? 7 : count % 8) <= (count % 8 == 0 ? 1 : 0) else {
        throw .maskPadding
      }
      found = (count + 7) / 8 * symbol.nonzeroBitCount
    }
    guard found == kept else { throw .keptCount(expected: kept, found: found) }
  }
}
