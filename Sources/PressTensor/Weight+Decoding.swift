extension Weight {
  /// The dense tensor's bytes: packed elements, row-major, little-endian.
  ///
  /// Plain dense weights hand over their stream without a copy. A string is four bytes of length
  /// and then its own bytes.
  public func decoded() throws -> Storage {
    try decoded(from: contents())
  }

  /// The dense tensor's bytes from streams that were produced before.
  public func decoded(from contents: WeightContents) throws(TensorError) -> Storage {
    if contents.mask == nil, contents.codebook == nil { return contents.values }
    guard let width = elementType.byteWidth else {
      return try Storage(repeatedBits(of: contents))
    }
    let total = try elementType.byteCount(shape.count) ?? 0
    guard let codebook = contents.codebook else {
      return Storage(try scattered(contents.values, under: contents.mask, width, total))
    }
    if case .codebook(bits: 0) = values {
      guard let mask = contents.mask else {
        return Storage(repeated(codebook.copied(), count: shape.count))
      }
      return Storage(try scattered(repeating: codebook.copied(), under: mask.copied()))
    }
    let kept = looked(up: contents.values.copied(), in: codebook.copied(), width)
    guard contents.mask != nil else { return Storage(kept) }
    return Storage(try scattered(Storage(kept), under: contents.mask, width, total))
  }

  /// Elements smaller than a byte only ever repeat: one entry, packed without gaps.
  private func repeatedBits(of contents: WeightContents) throws(TensorError) -> [UInt8] {
    guard let bits = elementType.bitWidth, let entry = contents.codebook?.copied().first else {
      throw .elementType(expected: "elements of whole bytes", found: elementType)
    }
    var bytes = [UInt8](repeating: 0, count: try elementType.byteCount(shape.count) ?? 0)
    for index in 0..<shape.count {
      for bit in 0..<bits where entry >> UInt8(bit) & 1 == 1 {
        let position = index * bits + bit
        bytes[position / 8] |= 1 << UInt8(position % 8)
      }
    }
    return bytes
  }

  /// The number of stored elements under a mask, all of them without one.
  public func keptCount(_ mask: Storage?) -> Int {
    mask?.withBytes { $0.setBitCount } ?? shape.count
  }

  private func repeated(_ element: [UInt8], count: Int) -> [UInt8] {
    if let first = element.first, element.allSatisfy({ $0 == first }) {
      return [UInt8](repeating: first, count: element.count * count)
    }
    // Doubling copies memory instead of bytes.
    let total = element.count * count
    guard total > 0 else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(total)
    bytes += element
    while bytes.count < total { bytes += bytes.prefix(total - bytes.count) }
    return bytes
  }

  private func looked(up indices: [UInt8], in entries: [UInt8], _ width: Int) -> [UInt8] {
    [UInt8](capacity: indices.count * width) { output in
      for index in indices {
        for byte in 0..<width { output.append(entries[Int(index) * width + byte]) }
      }
    }
  }

  private func scattered(
    repeating element: [UInt8], under bits: [UInt8]
  ) throws(TensorError) -> [UInt8] {
    let count = shape.count
    guard bits.count == (count + 7) / 8 else {
      throw .byteCount(expected: (count + 7) / 8, found: bits.count)
    }
    var bytes = [UInt8](repeating: 0, count: element.count * count)
    for position in 0..<count where bits[position >> 3] >> UInt8(position & 7) & 1 == 1 {
      for byte in element.indices { bytes[position * element.count + byte] = element[byte] }
    }
    return bytes
  }

  private func scattered(
    _ kept: Storage, under mask: Storage?, _ width: Int, _ total: Int
  ) throws(TensorError) -> [UInt8] {
    guard let mask else { return kept.copied() }
    let bits = mask.copied()
    let count = shape.count
    guard bits.count == (count + 7) / 8 else {
      throw .byteCount(expected: (count + 7) / 8, found: bits.count)
    }
    let needed = bits.rawSpan.setBitCount * width
    guard needed == kept.byteCount else {
      throw .byteCount(expected: needed, found: kept.byteCount)
    }
    return kept.withBytes { span in
      var bytes = [UInt8](repeating: 0, count: total)
      var next = 0
      for position in 0..<count where bits[position >> 3] >> UInt8(position & 7) & 1 == 1 {
        for byte in 0..<width {
          bytes[position * width + byte] = span.loadLittleEndian(UInt8.self, at: next + byte)
        }
        next += width
      }
      return bytes
    }
  }
}
