import PressTensor

/// A support written as a relative index: the gaps between kept elements.
///
/// With symbols of `width` bits, m = 2^width - 1 stands for m dropped elements in a row and nothing
/// else; any smaller symbol g stands for g dropped elements and then a kept one. Elements behind the
/// last kept one are not mentioned.
package enum SupportCode {
  /// The number of set bits of a mask.
  package static func keptCount(_ mask: RawSpan) -> Int {
    var total = 0
    var offset = 0
    while offset + 8 <= mask.byteCount {
      total += mask.loadLittleEndian(UInt64.self, at: offset).nonzeroBitCount
      offset += 8
    }
    while offset < mask.byteCount {
      total += mask.loadLittleEndian(UInt8.self, at: offset).nonzeroBitCount
      offset += 1
    }
    return total
  }

  /// The gaps before each kept element of a mask.
  package static func gaps(_ mask: RawSpan) -> [Int] {
    var gaps: [Int] = []
    var next = 0
    for index in 0..<mask.byteCount {
      var byte = mask.loadLittleEndian(UInt8.self, at: index)
      while byte != 0 {
        let position = index * 8 + byte.trailingZeroBitCount
        gaps.append(position - next)
        next = position + 1
        byte &= byte - 1
      }
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
  package static func mask(
    symbols: [UInt8], width: Int, count: Int, kept: Int
  ) throws(CodingError) -> [UInt8] {
    let skip = UInt8(1 << width - 1)
    var mask = [UInt8](repeating: 0, count: (count + 7) / 8)
    var position = 0
    var found = 0
    for symbol in symbols {
      guard symbol <= skip, Int(symbol) <= count - position else { throw .badGaps }
      position += Int(symbol)
      if symbol == skip { continue }
      guard position < count else { throw .badGaps }
      mask[position >> 3] |= 1 << UInt8(position & 7)
      position += 1
      found += 1
    }
    if symbols.last == skip { throw .badGaps }
    guard found == kept else { throw .keptCount(expected: kept, found: found) }
    return mask
  }

  /// Checks a mask of `count` elements: its number of set bits and the bits behind the last.
  package static func check(_ mask: RawSpan, count: Int, kept: Int) throws(CodingError) {
    if count % 8 != 0, mask.byteCount > 0 {
      let last = mask.loadLittleEndian(UInt8.self, at: mask.byteCount - 1)
      guard last >> UInt8(count % 8) == 0 else { throw .maskPadding }
    }
    let found = keptCount(mask)
    guard found == kept else { throw .keptCount(expected: kept, found: found) }
  }

}
