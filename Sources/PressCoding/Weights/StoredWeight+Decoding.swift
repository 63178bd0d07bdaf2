package import PressTensor

extension StoredWeight: WeightSource {
  /// Decodes the streams, checking every length, gap, index and spare bit.
  package func load() throws -> WeightContents {
    try decodedContents()
  }

  /// The same with its error's type.
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
      if bits > 0 { contents.values = Storage(try indices(take(), bits)) }
      return contents
    }
    guard hasPlanes, let width = elementType.byteWidth else {
      contents.values = try bytes(take(), width: 8, of: .values)
      return contents
    }
    var merged = [UInt8](repeating: 0, count: kept * width)
    for index in 0..<width {
      let plane = try bytes(take(), width: 8, of: .values).copied()
      BytePlanes.insert(plane, at: index, width: width, into: &merged)
    }
    contents.values = Storage(merged)
    return contents
  }

  private func mask(_ stream: StoredStream) throws(CodingError) -> Storage {
    let result: Storage
    if case .relative(let width, _) = support {
      let symbols = try bytes(stream, width: width, of: .support).copied()
      result = Storage(
        try SupportCode.mask(symbols: symbols, width: width, count: count, kept: kept))
    } else {
      result = try bytes(stream, width: 8, of: .support)
    }
    let (count, kept) = (count, kept)
    try result.withBytes { (span) throws(CodingError) in
      try SupportCode.check(span, count: count, kept: kept)
    }
    return result
  }

  private func indices(_ stream: StoredStream, _ bits: Int) throws(CodingError) -> [UInt8] {
    let indices = try bytes(stream, width: bits, of: .values).copied()
    if let largest = indices.max(), Int(largest) >= entries {
      throw .badIndex(largest, entries: entries)
    }
    return indices
  }

  /// The symbols of a stream, one byte each.
  private func bytes(
    _ stream: StoredStream, width: Int, of role: StreamRole
  ) throws(CodingError) -> Storage {
    let count: Int
    do {
      count = try symbols(of: role).count
    } catch {
      throw .truncated(needed: Int.max, found: stream.bytes.byteCount)
    }
    if stream.coding == .raw, width == 8 {
      guard stream.bytes.byteCount == count else {
        throw .truncated(needed: count, found: stream.bytes.byteCount)
      }
      return stream.bytes
    }
    return try stream.bytes.withBytes { (span) throws(CodingError) in
      stream.coding == .raw
        ? Storage(try BitPacking.unpack(span, count: count, width: width))
        : Storage(try Huffman.decode(span, count: count))
    }
  }
}
