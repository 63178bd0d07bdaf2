import PressTensor

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

  /// Symbols in the smallest of the forms that a coding allows.
  static func coded(
    _ role: StreamRole, _ symbols: [UInt8], width: Int, _ coding: Coding
  ) -> StoredStream {
    coding == .raw
      ? packed(role, symbols, width: width) : smaller(role, symbols, width: width)
  }

  /// Symbols under a Huffman code if that is smaller than packing them.
  private static func smaller(_ role: StreamRole, _ symbols: [UInt8], width: Int) -> StoredStream {
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

  /// The bytes that symbols with these counts would take, without coding anything.
  static func estimatedByteCount(_ histogram: Histogram, width: Int, _ coding: Coding) -> Int {
    let packed = BitPacking.byteCount(histogram.total, width: width)
    return coding == .raw ? packed : min(packed, Huffman.estimatedByteCount(histogram))
  }
}
