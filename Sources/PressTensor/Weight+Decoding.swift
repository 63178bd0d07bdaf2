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
    if contents.mask == nil, values == .plain { return try inTensorOrder(contents.values) }
    if elementType.bitWidth == nil || elementType.byteWidth == nil {
      return Storage(try repeated(contents))
    }
    if case .codebook(bits: 0) = values, contents.mask == nil, parts.count == 1 {
      return Storage(try repeated(contents))
    }
    let stored = try storedElements(contents)
    guard let mask = contents.mask else { return try inTensorOrder(stored) }
    return try inTensorOrder(Storage(try scattered(stored, under: mask)))
  }

  /// The number of stored elements under a mask, all of them without one.
  public func keptCount(_ mask: Storage?) -> Int {
    mask?.withBytes { $0.setBitCount } ?? shape.count
  }

  /// The stored elements in the weight's own type, in the order of the streams.
  public func storedElements(_ contents: WeightContents) throws(TensorError) -> Storage {
    if values == .plain { return contents.values }
    let width = elementType.byteWidth ?? 1
    let kept = keptCount(contents.mask)
    var reader = try StoredElements(self, contents)
    var bytes = [UInt8](repeating: 0, count: kept * width)
    contents.values.withBytes { span in
      var index = 0
      if let mask = contents.mask {
        mask.withBytes { bits in
          bits.forEachSetBit { place in
            reader.copy(index, at: place, from: span, to: &bytes, index * width)
            index += 1
          }
        }
      } else {
        for place in 0..<kept {
          reader.copy(place, at: place, from: span, to: &bytes, place * width)
        }
      }
    }
    return Storage(bytes)
  }

  private func scattered(
    _ kept: Storage, under mask: Storage
  ) throws(TensorError) -> [UInt8] {
    let width = elementType.byteWidth ?? 1
    let bits = mask.copied()
    let count = shape.count
    guard bits.count == (count + 7) / 8 else {
      throw .byteCount(expected: (count + 7) / 8, found: bits.count)
    }
    let needed = bits.rawSpan.setBitCount * width
    guard needed == kept.byteCount else {
      throw .byteCount(expected: needed, found: kept.byteCount)
    }
    let total = try elementType.byteCount(count) ?? 0
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
