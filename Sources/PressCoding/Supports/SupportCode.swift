import PressTensor

/// A support written as a relative index: the gaps between kept elements.
///
/// With symbols of `width` bits, m = 2^width - 1 stands for m dropped elements in a row and nothing
/// else; any smaller symbol g stands for g dropped elements and then a kept one. Elements behind the
/// last kept one are not mentioned.
package enum SupportCode {
  /// The gaps before each kept element of a mask.
  package static func gaps(_ mask: RawSpan) -> [Int] {
    var gaps: [Int] = []
    var next = 0
    mask.forEachSetBit { position in
      gaps.append(position - next)
      next = position + 1
    }
    return gaps
  }

  /// The symbols of a relative index.
  package static func symbols(_ gaps: [Int], width: Int) -> [UInt8] {
    let skip = 1 << width - 1
    var symbols: [UInt8] = []
    symbols.reserveCapacity(gaps.count)
    for gap in gaps {
      var rest = gap
      while rest >= skip {
        symbols.append(UInt8(skip))
        rest -= skip
      }
      symbols.append(UInt8(rest))
    }
    return symbols
  }

  /// How often each symbol of a relative index of some width would occur.
  package static func histogram(_ gaps: [Int], width: Int) -> Histogram {
    let skip = 1 << width - 1
    var counts = [Int](repeating: 0, count: 256)
    for gap in gaps {
      if gap < skip {
        counts[gap] += 1
      } else {
        counts[skip] += gap / skip
        counts[gap % skip] += 1
      }
    }
    return Histogram(counts: counts)
  }

  /// The mask of `count` elements that a relative index describes; checks every step.
  ///
  /// - Parameter kept: The number of elements that it has to keep, if that is known.
  package static func mask(
    _ symbols: RawSpan, width: Int, count: Int, kept: Int?
  ) throws(CodingError) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: (count + 7) / 8)
    try walk(symbols, width: width, count: count, kept: kept) { position in
      mask[position >> 3] |= 1 << UInt8(position & 7)
    }
    return mask
  }

  /// The mask of a relative index whose symbols are all the same.
  package static func mask(
    repeating symbol: UInt8, times: Int, width: Int, count: Int, kept: Int
  ) throws(CodingError) -> [UInt8] {
    try check(repeating: symbol, times: times, width: width, count: count, kept: kept)
    var mask = [UInt8](repeating: 0, count: (count + 7) / 8)
    var position = Int(symbol)
    for _ in 0..<times {
      mask[position >> 3] |= 1 << UInt8(position & 7)
      position += Int(symbol) + 1
    }
    return mask
  }

  /// Calls `mark` with the position of each kept element; checks every step.
  @inline(__always)
  static func walk(
    _ symbols: RawSpan, width: Int, count: Int, kept: Int?, _ mark: (Int) -> Void
  ) throws(CodingError) {
    let skip = UInt8(1 << width - 1)
    var position = 0
    var found = 0
    var isSkipping = false
    for index in 0..<symbols.byteCount {
      let symbol = symbols.loadLittleEndian(UInt8.self, at: index)
      guard symbol <= skip, Int(symbol) <= count - position else { throw .badGaps }
      position += Int(symbol)
      isSkipping = symbol == skip
      if isSkipping { continue }
      guard position < count else { throw .badGaps }
      mark(position)
      position += 1
      found += 1
    }
    if isSkipping { throw .badGaps }
    if let kept, found != kept { throw .keptCount(expected: kept, found: found) }
  }

  /// Checks a relative index that has only one symbol, without walking along it.
  static func check(
    repeating symbol: UInt8, times: Int, width: Int, count: Int, kept: Int
  ) throws(CodingError) {
    let (length, overflow) = times.multipliedReportingOverflow(by: Int(symbol) + 1)
    guard times == 0 || (Int(symbol) < 1 << width - 1 && !overflow && length <= count) else {
      throw .badGaps
    }
    guard times == kept else { throw .keptCount(expected: kept, found: times) }
  }

  /// Checks a mask of `count` elements: its number of set bits and the bits behind the last.
  package static func check(_ mask: RawSpan, count: Int, kept: Int) throws(CodingError) {
    try checkPadding(mask, count: count)
    let found = mask.setBitCount
    guard found == kept else { throw .keptCount(expected: kept, found: found) }
  }

  /// Checks the bits behind the last of `count` elements of a mask.
  static func checkPadding(_ mask: RawSpan, count: Int) throws(CodingError) {
    guard count % 8 != 0, mask.byteCount > 0 else { return }
    let last = mask.loadLittleEndian(UInt8.self, at: mask.byteCount - 1)
    guard last >> UInt8(count % 8) == 0 else { throw .maskPadding }
  }
}
