import PressTensor
import PressTestSupport
import Testing

@testable import PressCoding

@Suite("Support codes") struct SupportCodeTests {
  @Test("Every mask of 10 elements survives a relative index of every width")
  func exhaustive() throws {
    for bits in 0..<1024 {
      let mask = [UInt8(bits & 255), UInt8(bits >> 8)]
      let gaps = SupportCode.gaps(mask.rawSpan)
      #expect(gaps.count == mask.rawSpan.setBitCount)
      for width in 1...8 {
        let symbols = SupportCode.symbols(gaps, width: width)
        let packed = BitPacking.pack(symbols, width: width)
        let unpacked = try BitPacking.unpack(packed.rawSpan, count: symbols.count, width: width)
        #expect(unpacked == symbols)
        let back = try SupportCode.mask(
          symbols.rawSpan, width: width, count: 10, kept: gaps.count)
        #expect(back == mask, "width \(width)")
        #expect(SupportCode.histogram(gaps, width: width) == Histogram(symbols.rawSpan))
      }
    }
  }

  @Test("Entropy in integers agrees with the formula in floating point")
  func entropy() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<50 {
      let counts = (0..<256).map { _ in Int.random(in: 0..<5000, using: &generator) }
      let total = Double(counts.reduce(0, +))
      let expected = counts.filter { $0 > 0 }
        .reduce(0.0) { $0 + Double($1) * _log2(total / Double($1)) }
      #expect(abs(Double(Histogram(counts: counts).entropyBits) - expected) <= 1)
    }
  }

  /// log2 by bisection on exponents, good to 1e-12: no C library in this test.
  private func _log2(_ value: Double) -> Double {
    var result = Double(value.exponent)
    var mantissa = value.significand
    var unit = 0.5
    for _ in 0..<45 {
      mantissa *= mantissa
      if mantissa >= 2 {
        mantissa /= 2
        result += unit
      }
      unit /= 2
    }
    return result
  }

  @Test("Byte planes put together give the elements back")
  func planes() {
    let bytes = (0..<24).map { UInt8($0 * 7 % 256) }
    var back = [UInt8](repeating: 0, count: 24)
    for index in 0..<4 {
      let plane = BytePlanes.plane(index, of: bytes.rawSpan, width: 4)
      BytePlanes.insert(plane.rawSpan, at: index, width: 4, into: &back)
    }
    #expect(back == bytes)
  }
}
