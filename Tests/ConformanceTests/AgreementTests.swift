import Press
import Testing

@Suite("The rules of conformance") struct AgreementTests {
  private func accepts(_ found: Float, _ expected: Float) -> Bool {
    Agreement(.float32).accepts(UInt64(found.bitPattern), UInt64(expected.bitPattern))
  }

  @Test("float32 may differ by 1e-5 and a thousandth, of the expected value")
  func single() {
    #expect(accepts(1.00100, 1) && !accepts(1.00102, 1))
    #expect(accepts(0.99900, 1) && !accepts(0.99898, 1))
    #expect(accepts(0.9e-5, 0) && !accepts(1.1e-5, 0))
    #expect(accepts(-0.0, 0))
    #expect(accepts(.nan, .nan) && !accepts(.nan, 0) && !accepts(0, .nan))
    #expect(accepts(.infinity, .infinity) && !accepts(-.infinity, .infinity))
    #expect(!accepts(.infinity, .greatestFiniteMagnitude))
    #expect(!accepts(.greatestFiniteMagnitude, .infinity))
  }

  @Test("float64 has the same rule, in its own precision")
  func double() {
    let rule = Agreement(.float64)
    func accepts(_ found: Double, _ expected: Double) -> Bool {
      rule.accepts(found.bitPattern, expected.bitPattern)
    }
    #expect(accepts(1e300 * 1.0009, 1e300) && !accepts(1e300 * 1.0011, 1e300))
    #expect(accepts(.nan, -.nan) && !accepts(1, .infinity))
  }

  @Test(
    "float16 and bfloat16 may differ by two units in the last place, across zero too",
    arguments: [(ElementType.float16, UInt64(0x7C00)), (.bfloat16, 0x7F80)])
  func narrow(type: ElementType, infinity: UInt64) {
    let rule = Agreement(type)
    #expect(rule.accepts(0x3C02, 0x3C00) && !rule.accepts(0x3C03, 0x3C00))
    #expect(rule.accepts(0x8001, 0x0001) && !rule.accepts(0x8001, 0x0002))
    #expect(rule.accepts(0x8000, 0))
    #expect(rule.accepts(infinity, infinity) && !rule.accepts(infinity, infinity | 0x8000))
    #expect(!rule.accepts(infinity, infinity - 1) && !rule.accepts(infinity - 1, infinity))
    #expect(rule.accepts(infinity + 1, 0x8000 | (infinity + 2)))
    #expect(!rule.accepts(infinity + 1, infinity) && !rule.accepts(infinity, infinity + 1))
    #expect(!rule.accepts(0x3C00, infinity + 1))
  }

  @Test("Anything else is exact, and so are type, shape and strings")
  func exact() throws {
    #expect(!Agreement(.uint8).accepts(1, 2) && Agreement(.uint8).accepts(2, 2))
    func tensor(_ type: ElementType, _ dimensions: [Int], _ bytes: [UInt8]) throws -> Tensor {
      try Tensor(elementType: type, shape: Shape(dimensions), storage: Storage(bytes))
    }
    let bytes = try tensor(.uint8, [3], [1, 2, 3])
    #expect(bytes.disagreement(with: bytes) == nil)
    #expect(try bytes.disagreement(with: tensor(.uint8, [3], [1, 0, 0])) != nil)
    #expect(try bytes.disagreement(with: tensor(.uint8, [1, 3], [1, 2, 3])) != nil)
    #expect(try bytes.disagreement(with: tensor(.int8, [3], [1, 2, 3])) != nil)
    // Three elements of four bits: what fills the last byte is nobody's.
    let nibbles = try tensor(.uint4, [3], [0x21, 0x03])
    #expect(try nibbles.disagreement(with: tensor(.uint4, [3], [0x21, 0xF3])) == nil)
    #expect(try nibbles.disagreement(with: tensor(.uint4, [3], [0x21, 0x04])) != nil)
    let text = try tensor(.string, [1], [1, 0, 0, 0, 65])
    #expect(text.disagreement(with: text) == nil)
    #expect(try text.disagreement(with: tensor(.string, [1], [1, 0, 0, 0, 66])) != nil)
  }
}
