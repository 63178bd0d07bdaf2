package import PressTensor

extension StoredWeight {
  /// Codes a weight's streams, each in the smallest of the forms that its coding allows.
  package init(_ weight: Weight, _ contents: WeightContents) throws(TensorError) {
    self.init(
      elementType: weight.elementType, count: weight.shape.count, support: .dense,
      kept: weight.keptCount(contents.mask), values: weight.values)
    if let mask = contents.mask { append(support: mask, coding: weight.coding) }
    if let codebook = contents.codebook {
      entries =
        weight.elementType == .string
        ? 1 : codebook.byteCount / max(weight.elementType.byteWidth ?? 1, 1)
      if weight.elementType == .string { stringBytes = codebook.byteCount }
      streams.append(.raw(.codebook, codebook))
      if case .codebook(let bits) = weight.values, bits > 0 {
        append(symbols: contents.values.copied(), width: bits, role: .values, weight.coding)
      }
      return
    }
    if weight.elementType == .string { stringBytes = contents.values.byteCount }
    append(plain: contents.values, coding: weight.coding)
  }

  private mutating func append(plain values: Storage, coding: Coding) {
    let raw = StoredStream.raw(.values, values)
    guard coding == .huffman, values.byteCount > 0 else {
      streams.append(raw)
      return
    }
    let width = elementType.byteWidth ?? 1
    if width == 1 {
      append(symbols: values.copied(), width: 8, role: .values, coding)
      return
    }
    let planes = (0..<width).map { index in
      let plane = values.withBytes { BytePlanes.plane(index, of: $0, width: width) }
      return StoredStream.smaller(.values, plane, width: 8)
    }
    let size = planes.reduce(0) { $0 + $1.bytes.byteCount }
    hasPlanes = size < values.byteCount
    streams += hasPlanes ? planes : [raw]
  }

  private mutating func append(
    symbols: [UInt8], width: Int, role: StreamRole, _ coding: Coding
  ) {
    streams.append(
      coding == .huffman
        ? .smaller(role, symbols, width: width) : .packed(role, symbols, width: width))
  }

  /// Tries the bitmap and every width of a relative index, and keeps the smallest.
  private mutating func append(support mask: Storage, coding: Coding) {
    let bitmap = mask.copied()
    var best =
      coding == .huffman
      ? StoredStream.smaller(.support, bitmap, width: 8) : .raw(.support, mask)
    support = .bitmap
    let gaps = SupportCode.gaps(bitmap.rawSpan)
    for width in 1...8 {
      let histogram = SupportCode.histogram(gaps, width: width)
      let symbols = histogram.total
      let packed = BitPacking.byteCount(symbols, width: width)
      let coded = coding == .huffman ? Huffman.estimatedByteCount(histogram) : packed
      guard min(packed, coded) < best.bytes.byteCount else { continue }
      let list = SupportCode.symbols(gaps, width: width)
      let candidate =
        coding == .huffman
        ? StoredStream.smaller(.support, list, width: width)
        : .packed(.support, list, width: width)
      guard candidate.bytes.byteCount < best.bytes.byteCount else { continue }
      best = candidate
      support = .relative(width: width, symbols: symbols)
    }
    streams.append(best)
  }
}

extension StoredStream {
  /// Bytes as they are.
  static func raw(_ role: StreamRole, _ bytes: Storage) -> StoredStream {
    StoredStream(
      role: role, coding: .raw, bytes: bytes,
      entropyBits: bytes.withBytes { Histogram($0).entropyBits })
  }

  /// Symbols packed at their width.
  static func packed(_ role: StreamRole, _ symbols: [UInt8], width: Int) -> StoredStream {
    StoredStream(
      role: role, coding: .raw, bytes: Storage(BitPacking.pack(symbols, width: width)),
      entropyBits: Histogram(symbols.rawSpan).entropyBits)
  }

  /// Symbols under a Huffman code if that is smaller than packing them.
  static func smaller(_ role: StreamRole, _ symbols: [UInt8], width: Int) -> StoredStream {
    let histogram = Histogram(symbols.rawSpan)
    let packed = BitPacking.byteCount(symbols.count, width: width)
    let bound = histogram.entropyBits / 8
    if !symbols.isEmpty, bound < packed {
      let coded = Huffman.encode(symbols, histogram: histogram)
      if coded.bytes.count < packed {
        return StoredStream(
          role: role, coding: .huffman, bytes: Storage(coded.bytes),
          entropyBits: histogram.entropyBits)
      }
    }
    return StoredStream(
      role: role, coding: .raw, bytes: Storage(BitPacking.pack(symbols, width: width)),
      entropyBits: histogram.entropyBits)
  }
}
