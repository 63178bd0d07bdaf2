import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressCoding
@testable import PressContainer

@Suite("Sizes of coded weights") struct CodedSizeTests {
  /// -log2 of a number in (0, 1], good to 1e-9: no C library in this test.
  private func bits(_ number: Double) -> Double {
    var result = -Double(number.exponent)
    var mantissa = number.significand
    var unit = 0.5
    for _ in 0..<30 {
      mantissa *= mantissa
      if mantissa >= 2 {
        mantissa /= 2
        result -= unit
      }
      unit /= 2
    }
    return result
  }

  /// The 9 % largest of Laplacian elements under a uniform quantizer of some step, its zero point in
  /// the middle; with the error |W - W'|^2 / |W|^2.
  private func laplacian(size: Int, step: Float, bits width: Int) throws -> (Weight, Double) {
    var generator = SeededGenerator(seed: 9)
    let nats = 0.693_147_180_559_945
    var mask = [UInt8](repeating: 0, count: size * size / 8)
    var codes: [UInt8] = []
    var (squares, errors) = (0.0, 0.0)
    let middle = 1 << (width - 1)
    for place in 0..<(size * size) {
      let magnitude = Float(nats * bits(1 - Double.random(in: 0..<1, using: &generator)))
      guard magnitude > Float(nats * bits(0.09)) else { continue }
      let number = Bool.random(using: &generator) ? magnitude : -magnitude
      let code = min(max(Int((number / step).rounded()) + middle, 0), 2 * middle - 1)
      mask[place >> 3] |= 1 << UInt8(place & 7)
      codes.append(UInt8(code))
      let error = Double(number - step * Float(code - middle))
      squares += Double(number) * Double(number)
      errors += error * error
    }
    let contents = WeightContents(
      mask: Storage(mask), values: Storage(codes), scales: Samples.floats([step]))
    let weight = Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([size, size]),
      support: .unstructured, values: .affine(bits: width), coding: .auto,
      source: LoadedWeight(contents))
    return (weight, errors / squares)
  }

  /// The bounds are what Fraunhofer's NNC codec takes at these errors.
  @Test(
    "A pruned and quantized Laplacian matrix takes few bits a weight in its container",
    arguments: [(Float(0.318), 7, 7e-4, 0.843), (0.9, 5, 6.7e-3, 0.728)])
  func laplacian(step: Float, width: Int, error: Double, bound: Double) throws {
    let (weight, found) = try laplacian(size: 512, step: step, bits: width)
    let stored = try StoredWeight(weight, weight.contents())
    let bytes = try Samples.bytes(Model(graph: nil, weights: [weight]))
    let bits = Double(bytes.count * 8) / Double(weight.shape.count)
    #expect(found <= error, "error \(found)")
    #expect(bits <= bound, "\(bits) bits a weight at error \(found)")
    // No code of single symbols comes closer to the entropies than 1 %.
    let entropy = stored.streams.reduce(0) { $0 + $1.entropyBits }
    #expect(stored.byteCount * 8 <= entropy + entropy / 100)
  }
}
