import PressTensor

/// Decodes a stream of interleaved states a few symbols at a time.
struct RansSteps {
  /// By the lowest bits of a state: frequency, place among the symbol's own numbers, symbol; 16 bits
  /// each from the lowest on.
  private let table: [UInt64]
  private let precision: UInt32
  private var states: [UInt32] = []
  private var next = 0
  private var left: Int
  /// The byte before which everything has been read.
  private(set) var position: Int

  /// The steps of a stream of `count` symbols behind its table.
  init(
    _ span: RawSpan, _ frequencies: Frequencies, states count: Int, start: Int, symbols: Int
  ) throws(CodingError) {
    precision = UInt32(frequencies.precision)
    table = [UInt64](capacity: 1 << frequencies.precision) { output in
      for symbol in 0..<256 {
        let frequency = UInt64(frequencies.counts[symbol])
        for place in 0..<frequency {
          output.append(frequency | place << 16 | UInt64(symbol) << 32)
        }
      }
    }
    (left, position) = (symbols, start)
    guard span.byteCount - start >= 4 * count else {
      throw .truncated(needed: start + 4 * count, found: span.byteCount)
    }
    for _ in 0..<count {
      let state = span.loadLittleEndian(UInt32.self, at: position)
      guard state >= Rans.bound else { throw .badState }
      states.append(state)
      position += 4
    }
  }

  /// The next symbols, of which there must be so many; with the last the stream must end.
  mutating func read(_ count: Int, from span: RawSpan) throws(CodingError) -> [UInt8] {
    var symbols: [UInt8] = []
    symbols.reserveCapacity(count)
    for _ in 0..<count { symbols.append(try symbol(span)) }
    left -= count
    guard left == 0 else { return symbols }
    guard position == span.byteCount else { throw .trailingBytes(span.byteCount - position) }
    guard states.allSatisfy({ $0 == Rans.bound }) else { throw .badState }
    return symbols
  }

  @inline(__always)
  private mutating func symbol(_ span: RawSpan) throws(CodingError) -> UInt8 {
    var state = states[next]
    let entry = table[Int(state & (1 << precision - 1))]
    state =
      UInt32(truncatingIfNeeded: entry & 0xFFFF) &* (state >> precision)
      &+ UInt32(truncatingIfNeeded: entry >> 16 & 0xFFFF)
    if state < Rans.bound {
      guard position + 2 <= span.byteCount else {
        throw .truncated(needed: position + 2, found: span.byteCount)
      }
      state = state << 16 | UInt32(span.loadLittleEndian(UInt16.self, at: position))
      position += 2
    }
    states[next] = state
    next = next + 1 == states.count ? 0 : next + 1
    return UInt8(truncatingIfNeeded: entry >> 32)
  }
}
