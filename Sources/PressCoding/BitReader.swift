import PressTensor

/// Takes bits from bytes, the lowest bit of each byte first.
struct BitReader: ~Escapable {
  private let span: RawSpan
  private var position: Int

  @_lifetime(copy span)
  init(_ span: RawSpan, at byte: Int) {
    self.span = span
    position = byte * 8
  }

  /// The next bits, at most 16.
  mutating func read(_ count: Int) throws(CodingError) -> UInt32 {
    guard count <= span.byteCount * 8 - position else {
      throw .truncated(needed: (position + count + 7) / 8, found: span.byteCount)
    }
    defer { position += count }
    return UInt32(truncatingIfNeeded: span.loadBits(at: position, count: count))
  }

  /// Checks that the rest of the last byte is 0, and says how many bytes were read.
  mutating func finish() throws(CodingError) -> Int {
    let spare = (8 - position % 8) % 8
    guard try read(spare) == 0 else { throw .trailingBits(stream: 0) }
    return position / 8
  }
}
