import PressData
import Testing

@Suite("Deviation")
struct DeviationTests {
  @Test("Nothing moved: no difference, full agreement, no ratio of signal to noise")
  func identical() {
    var deviation = Deviation()
    #expect(deviation.largestDifference == nil)
    #expect(deviation.agreement == nil)
    let values: [Double] = [1, 2, -3, 4, 5, .infinity]
    deviation.add(Array(values[..<3]), reference: Array(values[..<3]), width: 3)
    #expect(deviation.largestDifference == 0)
    #expect(deviation.meanDifference == 0)
    #expect(abs((deviation.cosine ?? 0) - 1) < 1e-15)
    #expect(deviation.signalToNoise == nil)
    #expect(deviation.agreement == 1)
    // Infinities that agree did not move.
    deviation.add(Array(values[3...]), reference: Array(values[3...]), width: 3)
    #expect(deviation.largestDifference == 0)
  }

  @Test("Differences, decibels and agreement are those of their definitions")
  func moved() throws {
    var deviation = Deviation()
    deviation.add([3, 0], reference: [1, 0], width: 2)
    deviation.add([0, 4], reference: [3, 0], width: 2)
    #expect(deviation.largestDifference == 4)
    #expect(deviation.meanDifference == 9.0 / 4)
    #expect(deviation.agreement == 0.5)
    let cosine = try #require(deviation.cosine)
    #expect(abs(cosine - 3 / (25.0 * 10).squareRoot()) < 1e-15)
    let decibels = try #require(deviation.signalToNoise)
    #expect(abs(decibels - -4.6239799789896) < 1e-12)
  }

  @Test("What is not a number spoils the differences, before and after")
  func notANumber() {
    for values in [[Double.nan, 1], [1, .nan]] {
      var deviation = Deviation()
      deviation.add(values, reference: [0, 0], width: 2)
      #expect(deviation.largestDifference?.isNaN == true)
      #expect(deviation.meanDifference?.isNaN == true)
      #expect(deviation.agreement == 0)
    }
  }
}
