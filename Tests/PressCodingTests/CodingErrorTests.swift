import PressTensor
import Testing

@testable import PressCoding

@Suite("Malformed streams") struct CodingErrorTests {
  @Test("Each way to be malformed has its error")
  func cases() {
    func decode(_ bytes: [UInt8], _ count: Int = 4) throws(CodingError) {
      _ = try Huffman.decode(bytes.rawSpan, count: count)
    }
    #expect(throws: CodingError.truncated(needed: 2, found: 1)) { try decode([1]) }
    #expect(throws: CodingError.unknownTable(3)) { try decode([3, 0, 1]) }
    #expect(throws: CodingError.unknownTable(0x60)) { try decode([0x60, 0, 1]) }
    #expect(throws: CodingError.badTableRange) { try decode([1, 5, 5, 0x11]) }
    #expect(throws: CodingError.badTableRange) { try decode([2, 0, 1, 0xF0]) }
    #expect(throws: CodingError.incompleteCode(sum: 24576)) { try decode([1, 0, 1, 0x21, 0]) }
    #expect(throws: CodingError.badStreamSizes) { try decode([0x11, 0, 1, 0x11, 9, 0]) }
    #expect(throws: CodingError.trailingBits(stream: 0)) { try decode([1, 0, 1, 0x11, 0x10]) }
    #expect(throws: CodingError.trailingBytes(1)) { try decode([0, 9, 9]) }
    #expect(throws: CodingError.badGaps) {
      try SupportCode.mask([4].rawSpan, width: 3, count: 4, kept: 1)
    }
    #expect(throws: CodingError.badGaps) {
      try SupportCode.mask([0, 7].rawSpan, width: 3, count: 9, kept: 1)
    }
    #expect(throws: CodingError.keptCount(expected: 2, found: 1)) {
      try SupportCode.mask([0].rawSpan, width: 3, count: 4, kept: 2)
    }
    #expect(throws: CodingError.maskPadding) {
      try SupportCode.check([0x11].rawSpan, count: 4, kept: 2)
    }
    #expect(throws: CodingError.keptCount(expected: 1, found: 2)) {
      try SupportCode.check([0x3].rawSpan, count: 4, kept: 1)
    }
  }
}
