import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Histograms of activations") struct HistogramTests {
  private static func histogram(_ numbers: [Float], _ range: ClosedRange<Float>) throws
    -> ActivationHistogram
  {
    var histogram = ActivationHistogram(range)
    try ElementType.float32.elements(of: numbers).withBytes { histogram.add($0) }
    return histogram
  }

  @Test("Every number is counted in its step, the ends too")
  func counted() throws {
    let histogram = try Self.histogram([0, 2048, 1, 1.5, 2047.5], 0...2048)
    #expect(histogram.total == 5)
    #expect(histogram.counts[0] == 1 && histogram.counts[1] == 2 && histogram.counts[2047] == 2)
    #expect(try Self.histogram([3, 3], 3...3).total == 2)
  }

  @Test("A share is left out on each side, and 0 stays in")
  func trimmed() throws {
    var numbers = [Float](repeating: 1, count: 9990)
    numbers += [Float](repeating: 1000, count: 4) + [Float](repeating: -1000, count: 6)
    let histogram = try Self.histogram(numbers, -1000...1000)
    let both = histogram.trimmed(0.00065)
    #expect(both.smallest == 0 && both.largest > 0 && both.largest < 3)
    let upper = histogram.trimmed(0.00045)
    #expect(upper.smallest == -1000 && upper.largest < 3)
    let none = histogram.trimmed(0)
    #expect(none.smallest == -1000 && none.largest == 1000)
  }

  @Test("Least divergence keeps uniform numbers whole and cuts off what is far out")
  func divergence() throws {
    let uniform = (0..<20480).map { Float($0) / 10 }
    #expect(try Self.histogram(uniform, 0...2048).leastDivergence(levels: 128) > 2000)
    var generator = SeededGenerator(seed: 1)
    // A sum of uniform numbers, bell-shaped with a deviation of 1, and one number far out.
    var bell = (0..<50000).map { _ in
      ((0..<12).reduce(Float(-6)) { sum, _ in sum + Float.random(in: 0...1, using: &generator) })
        .magnitude
    }
    bell.append(40)
    let end = try Self.histogram(bell, 0...40).leastDivergence(levels: 128)
    #expect(end > 2 && end < 12, "\(end)")
  }
}
