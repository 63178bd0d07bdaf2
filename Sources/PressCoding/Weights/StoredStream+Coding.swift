import PressFile
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

  /// Symbols in the smallest of the forms that a coding allows; of equal ones in the simplest.
  static func coded(
    _ role: StreamRole, _ symbols: [UInt8], width: Int, _ coding: Coding
  ) -> StoredStream {
    let histogram = Histogram(symbols.rawSpan)
    var size = BitPacking.byteCount(symbols.count, width: width)
    var best: (coding: Coding, bytes: [UInt8])?
    func take(_ coding: Coding, _ bytes: [UInt8]) {
      guard bytes.count < size else { return }
      best = (coding, bytes)
      size = bytes.count
    }
    let bound = histogram.entropyBits / 8
    if !symbols.isEmpty, bound < size {
      if coding == .huffman || coding == .auto {
        take(.huffman, Huffman.encode(symbols, histogram: histogram).bytes)
      }
      if coding == .rans || coding == .auto, symbols.count / Rans.expansionLimit < bound {
        take(.rans, Rans.encode(symbols, histogram: histogram))
      }
    }
    if coding == .deflate || coding == .auto && isRepetitive(symbols) {
      take(.deflate, Deflate.deflate(symbols))
    }
    return StoredStream(
      role: role, coding: best?.coding ?? .raw,
      bytes: Storage(best?.bytes ?? BitPacking.pack(symbols, width: width)),
      entropyBits: histogram.entropyBits)
  }

  /// Whether deflate makes samples of symbols smaller than codes that look at one symbol at a time
  /// can do; so that what it would do little for is not deflated as a whole.
  private static func isRepetitive(_ symbols: [UInt8]) -> Bool {
    let (parts, length) = (4, 1 << 14)
    var sample = symbols
    if symbols.count > parts * length {
      sample = (0..<parts).flatMap { part in
        let start = (symbols.count - length) / (parts - 1) * part
        return symbols[start..<(start + length)]
      }
    }
    return Deflate.deflate(sample).count * 8 < Histogram(sample.rawSpan).entropyBits
  }

  /// About the bytes that symbols with these counts would take, without coding anything.
  static func estimatedByteCount(_ histogram: Histogram, width: Int, _ coding: Coding) -> Int {
    let packed = BitPacking.byteCount(histogram.total, width: width)
    switch coding {
    case .raw, .deflate: return packed
    case .huffman: return min(packed, Huffman.estimatedByteCount(histogram))
    case .rans: return min(packed, Rans.estimatedByteCount(histogram))
    case .auto:
      return min(
        packed, Huffman.estimatedByteCount(histogram), Rans.estimatedByteCount(histogram))
    }
  }
}
