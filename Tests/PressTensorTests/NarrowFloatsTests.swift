import PressTestSupport
import Testing

@testable import PressTensor

#if !(os(macOS) && arch(x86_64))
  @Suite("Narrow floats")
  struct NarrowFloatsTests {
    @Test("Every float16, and what lies half-way to the next, is rounded as the processor does")
    func float16() {
      for bits in UInt16.min ... .max {
        let half = Float16(bitPattern: bits)
        if half.isNaN {
          #expect(Float(half).float16Bits & 0x7FFF == 0x7E00)
          continue
        }
        let value = Float(half)
        #expect(Float(float16Bits: bits) == value)
        let next = Float(half.nextUp)
        for float in [value, value / 2 + next / 2, value.nextUp, value.nextDown, value * 1.7]
        where float.float16Bits != Float16(float).bitPattern {
          Issue.record("\(float): \(float.float16Bits), expected \(Float16(float).bitPattern)")
        }
      }
    }

    @Test("bfloat16 is the nearest of the two neighbours, ties to even")
    func bfloat16() {
      var random = SeededGenerator(seed: 3)
      for _ in 0..<10_000 {
        let float = Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random))
        let bits = UInt32(float.bfloat16Bits) << 16
        if float.isNaN {
          #expect(Float(bitPattern: bits).isNaN)
          continue
        }
        let low = float.bitPattern & 0xFFFF
        let down = float.bitPattern & 0xFFFF_0000
        let goesUp = low > 0x8000 || low == 0x8000 && down & 0x10000 != 0
        #expect(bits == (goesUp ? down &+ 0x10000 : down))
      }
    }
  }
#endif
