import PressTensor

extension Rans {
  /// Decodes exactly `count` symbols from a span that must hold nothing else.
  package static func decode(_ span: RawSpan, count: Int) throws(CodingError) -> [UInt8] {
    let (table, states, start) = try RansTable.read(span)
    switch table {
    case .single(let symbol):
      guard span.byteCount == start else { throw .trailingBytes(span.byteCount - start) }
      return [UInt8](repeating: symbol, count: count)
    case .frequencies(let frequencies):
      guard count / expansionLimit <= span.byteCount else {
        throw .truncated(needed: count / expansionLimit, found: span.byteCount)
      }
      var decoder = try RansDecoder(span, frequencies, states: states, start: start)
      return try decoder.decode(count: count)
    }
  }

  /// The symbol of a stream that has only one; `nil` for others.
  package static func onlySymbol(_ span: RawSpan) throws(CodingError) -> UInt8? {
    guard case .single(let symbol) = try RansTable.read(span).table else { return nil }
    guard span.byteCount == 2 else { throw .trailingBytes(span.byteCount - 2) }
    return symbol
  }

  /// The bytes of a stream's table.
  package static func tableByteCount(_ span: RawSpan) throws(CodingError) -> Int {
    try RansTable.read(span).byteCount
  }
}

/// Decodes one stream.
private struct RansDecoder: ~Escapable {
  private let span: RawSpan
  /// By the lowest bits of a state: frequency, place among the symbol's own numbers, symbol; 16 bits
  /// each from the lowest on.
  private let table: [UInt64]
  private let precision: UInt32
  private var states: [UInt32] = []
  /// The next word.
  private var offset: Int

  @_lifetime(copy span)
  init(
    _ span: RawSpan, _ frequencies: Frequencies, states count: Int, start: Int
  ) throws(CodingError) {
    self.span = span
    precision = UInt32(frequencies.precision)
    table = [UInt64](capacity: 1 << frequencies.precision) { output in
      for symbol in 0..<256 {
        let frequency = UInt64(frequencies.counts[symbol])
        for place in 0..<frequency {
          output.append(frequency | place << 16 | UInt64(symbol) << 32)
        }
      }
    }
    offset = start
    guard span.byteCount - start >= 4 * count else {
      throw .truncated(needed: start + 4 * count, found: span.byteCount)
    }
    for _ in 0..<count {
      let state = span.loadLittleEndian(UInt32.self, at: offset)
      guard state >= Rans.bound else { throw .badState }
      states.append(state)
      offset += 4
    }
  }

  /// Decodes all symbols and checks that nothing is left.
  mutating func decode(count: Int) throws(CodingError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: count)
    var next = 0
    if states.count == 8 { next = decodeEights(&output) }
    if states.count == 4 { next = decodeFours(&output) }
    while next < count {
      output[next] = try symbol(next & (states.count - 1))
      next += 1
    }
    guard offset == span.byteCount else { throw .trailingBytes(span.byteCount - offset) }
    guard states.allSatisfy({ $0 == Rans.bound }) else { throw .badState }
    return output
  }

  /// One symbol of a state, with every byte checked.
  private mutating func symbol(_ index: Int) throws(CodingError) -> UInt8 {
    var state = states[index]
    let entry = table[Int(state & (1 << precision - 1))]
    state =
      UInt32(truncatingIfNeeded: entry & 0xFFFF) &* (state >> precision)
      &+ UInt32(truncatingIfNeeded: entry >> 16 & 0xFFFF)
    if state < Rans.bound {
      guard offset + 2 <= span.byteCount else {
        throw .truncated(needed: offset + 2, found: span.byteCount)
      }
      state = state << 16 | UInt32(span.loadLittleEndian(UInt16.self, at: offset))
      offset += 2
    }
    states[index] = state
    return UInt8(truncatingIfNeeded: entry >> 32)
  }

  /// One symbol, where the word that it may need is there.
  @inline(__always)
  private static func step(
    _ state: inout UInt32, _ offset: inout Int, _ span: RawSpan, _ table: Span<UInt64>,
    _ precision: UInt32
  ) -> UInt8 {
    let entry = table[Int(truncatingIfNeeded: state & (1 &<< precision &- 1))]
    let value =
      UInt32(truncatingIfNeeded: entry & 0xFFFF) &* (state &>> precision)
      &+ UInt32(truncatingIfNeeded: entry &>> 16 & 0xFFFF)
    let word = UInt32(span.loadLittleEndian(UInt16.self, at: offset))
    let isLow = value < Rans.bound
    state = isLow ? value &<< 16 | word : value
    offset &+= isLow ? 2 : 0
    return UInt8(truncatingIfNeeded: entry &>> 32)
  }

  /// Rounds of eight states while each may take a word; returns the symbols done.
  private mutating func decodeEights(_ output: inout [UInt8]) -> Int {
    let (entries, precision, last) = (table, precision, span.byteCount - 16)
    let table = entries.span
    var (a, b, c, d) = (states[0], states[1], states[2], states[3])
    var (e, f, g, h) = (states[4], states[5], states[6], states[7])
    var place = offset
    var next = 0
    var bytes = output.mutableSpan
    while place <= last, next &+ 8 <= bytes.count {
      bytes[next] = Self.step(&a, &place, span, table, precision)
      bytes[next &+ 1] = Self.step(&b, &place, span, table, precision)
      bytes[next &+ 2] = Self.step(&c, &place, span, table, precision)
      bytes[next &+ 3] = Self.step(&d, &place, span, table, precision)
      bytes[next &+ 4] = Self.step(&e, &place, span, table, precision)
      bytes[next &+ 5] = Self.step(&f, &place, span, table, precision)
      bytes[next &+ 6] = Self.step(&g, &place, span, table, precision)
      bytes[next &+ 7] = Self.step(&h, &place, span, table, precision)
      next &+= 8
    }
    states = [a, b, c, d, e, f, g, h]
    offset = place
    return next
  }

  /// Rounds of four states while each may take a word; returns the symbols done.
  private mutating func decodeFours(_ output: inout [UInt8]) -> Int {
    let (entries, precision, last) = (table, precision, span.byteCount - 8)
    let table = entries.span
    var (a, b, c, d) = (states[0], states[1], states[2], states[3])
    var place = offset
    var next = 0
    var bytes = output.mutableSpan
    while place <= last, next &+ 4 <= bytes.count {
      bytes[next] = Self.step(&a, &place, span, table, precision)
      bytes[next &+ 1] = Self.step(&b, &place, span, table, precision)
      bytes[next &+ 2] = Self.step(&c, &place, span, table, precision)
      bytes[next &+ 3] = Self.step(&d, &place, span, table, precision)
      next &+= 4
    }
    states = [a, b, c, d]
    offset = place
    return next
  }
}
