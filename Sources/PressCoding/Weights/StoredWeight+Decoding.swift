package import PressTensor

extension StoredWeight {
  /// Decodes the streams, checking every length, gap, index and spare bit.
  package func decodedContents() throws(CodingError) -> WeightContents {
    var next = 0
    func take() -> StoredStream {
      defer { next += 1 }
      return streams[next]
    }
    var contents = WeightContents(values: .empty)
    if support != .dense { contents.mask = try mask(take()) }
    if case .codebook(let bits) = values {
      contents.codebook = take().bytes
      if bits > 0 { contents.values = try indices(take()) }
      return contents
    }
    guard hasPlanes, let width = elementType.byteWidth else {
      contents.values = expanded(try symbols(in: take()))
      return contents
    }
    var merged = [UInt8](repeating: 0, count: kept * width)
    for index in 0..<width {
      let plane = expanded(try symbols(in: take())).copied()
      BytePlanes.insert(plane, at: index, width: width, into: &merged)
    }
    contents.values = Storage(merged)
    return contents
  }

  /// The mask alone; `nil` where the support is dense.
  package func decodedMask() throws(CodingError) -> Storage? {
    guard let stream = streams.first, stream.role == .support else { return nil }
    return try mask(stream)
  }

  private func mask(_ stream: StoredStream) throws(CodingError) -> Storage {
    let symbols = try symbols(in: stream)
    guard case .relative(let width, _) = support else {
      let result = expanded(symbols)
      let (count, kept) = (count, kept)
      try result.withBytes { (span) throws(CodingError) in
        try SupportCode.check(span, count: count, kept: kept)
      }
      return result
    }
    switch symbols {
    case .only(let symbol, let times):
      return Storage(
        try SupportCode.mask(
          repeating: symbol, times: times, width: width, count: count, kept: kept))
    case .list(let list):
      return Storage(
        try SupportCode.mask(symbols: list.copied(), width: width, count: count, kept: kept))
    }
  }

  private func indices(_ stream: StoredStream) throws(CodingError) -> Storage {
    let indices = expanded(try symbols(in: stream))
    let largest = indices.withBytes { Histogram($0).counts.lastIndex { $0 > 0 } }
    if let largest, largest >= entries { throw .badIndex(UInt8(largest), entries: entries) }
    return indices
  }

  private func expanded(_ symbols: StreamSymbols) -> Storage {
    switch symbols {
    case .only(let symbol, let count): Storage([UInt8](repeating: symbol, count: count))
    case .list(let list): list
    }
  }

  /// The one element that all stored ones equal, where every stream of the values has one symbol.
  ///
  /// Says so without expanding anything; `nil` otherwise, and for one-entry codebooks.
  package func uniformElement() throws(CodingError) -> [UInt8]? {
    guard let width = elementType.byteWidth, kept > 0, values != .codebook(bits: 0) else {
      return nil
    }
    var element: [UInt8] = []
    for stream in streams where stream.role == .values {
      guard stream.coding == .huffman else { return nil }
      let symbol = try stream.bytes.withBytes { (span) throws(CodingError) in
        try Huffman.onlySymbol(span)
      }
      guard let symbol else { return nil }
      element.append(symbol)
    }
    if case .codebook = values {
      guard let index = element.first, Int(index) < entries,
        let codebook = streams.first(where: { $0.role == .codebook })?.bytes.copied()
      else { return nil }
      return Array(codebook[(Int(index) * width)..<((Int(index) + 1) * width)])
    }
    return hasPlanes ? element : element.first.map { [UInt8](repeating: $0, count: width) }
  }
}
