import PressTensor

extension StoredWeight {
  /// Appends codebooks, scales and zero points: always raw, in float16 where that loses nothing.
  mutating func append(parameters contents: WeightContents) throws(TensorError) {
    let count = parts.count
    switch values {
    case .plain, .narrow, .fixed: break
    case .codebook(let bits):
      guard let codebook = contents.codebook else { throw .byteCount(expected: count, found: 0) }
      let width =
        elementType == .string ? codebook.byteCount : max(elementType.byteWidth ?? 1, 1)
      if elementType == .string { stringBytes = codebook.byteCount }
      entries = width == 0 ? 1 : codebook.byteCount / width / count
      guard (1...(1 << bits)).contains(entries), entries * width * count == codebook.byteCount
      else { throw .byteCount(expected: count * width, found: codebook.byteCount) }
      hasHalves = entries * count > 1 && elementType == .float32 && codebook.fitsHalves
      streams.append(.raw(.codebook, hasHalves ? codebook.halves : codebook))
    case .affine, .ternary, .binary:
      let scales = contents.scales ?? .empty
      guard scales.byteCount == 4 * count * scalesOfPart else {
        throw .byteCount(expected: 4 * count * scalesOfPart, found: scales.byteCount)
      }
      hasHalves = scales.fitsHalves
      streams.append(.raw(.scales, hasHalves ? scales.halves : scales))
      guard case .affine(let bits) = values, let zeroPoints = contents.zeroPoints else { return }
      let codes = zeroPoints.copied()
      guard codes.count == count else { throw .byteCount(expected: count, found: codes.count) }
      if let largest = codes.max(), Int(largest) >= 1 << bits {
        throw .outOfBounds(offset: Int(largest), count: 1, length: 1 << bits)
      }
      hasZeroPoints = true
      streams.append(.packed(.zeroPoints, codes, width: bits))
    }
  }

  /// The codebooks in the weight's own type, from their stream.
  func codebook(_ stream: StoredStream) -> Storage {
    hasHalves ? stream.bytes.widened : stream.bytes
  }

  /// The scales as float32, from their stream.
  func scales(_ stream: StoredStream) -> Storage {
    hasHalves ? stream.bytes.widened : stream.bytes
  }

  /// The zero points, one byte each, from their stream.
  func zeroPoints(_ stream: StoredStream) throws(CodingError) -> Storage {
    let (count, width) = (parts.count, values.codeBits ?? 8)
    return try stream.bytes.withBytes { (span) throws(CodingError) in
      Storage(try BitPacking.unpack(span, count: count, width: width))
    }
  }
}

extension Storage {
  /// Whether every float32 here is one of float16, bit for bit.
  fileprivate var fitsHalves: Bool {
    withBytes { span in
      stride(from: 0, to: span.byteCount, by: 4).allSatisfy { offset in
        let bits = span.loadLittleEndian(UInt32.self, at: offset)
        return Float(float16Bits: Float(bitPattern: bits).float16Bits).bitPattern == bits
      }
    }
  }

  /// The float32 numbers here as float16.
  fileprivate var halves: Storage {
    withBytes { span in
      var bytes: [UInt8] = []
      for offset in stride(from: 0, to: span.byteCount, by: 4) {
        let number = Float(bitPattern: span.loadLittleEndian(UInt32.self, at: offset))
        bytes.appendLittleEndian(number.float16Bits)
      }
      return Storage(bytes)
    }
  }

  /// The float16 numbers here as float32.
  fileprivate var widened: Storage {
    withBytes { span in
      var bytes: [UInt8] = []
      for offset in stride(from: 0, to: span.byteCount, by: 2) {
        let number = Float(float16Bits: span.loadLittleEndian(UInt16.self, at: offset))
        bytes.appendLittleEndian(number.bitPattern)
      }
      return Storage(bytes)
    }
  }
}
