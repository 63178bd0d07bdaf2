import PressTensor

/// How often the numbers of a value fall into each of as many equal steps of a range.
struct ActivationHistogram: Sendable {
  /// The number of steps.
  static let bins = 2048

  /// Where the first step begins.
  let low: Double
  /// The width of a step; 0 where the range is a single number.
  let width: Double
  /// The numbers in each step.
  private(set) var counts = [Int](repeating: 0, count: bins)

  /// No numbers yet; later ones lie in the range.
  init(_ range: ClosedRange<Float>) {
    low = Double(range.lowerBound)
    width = (Double(range.upperBound) - low) / Double(Self.bins)
  }

  /// Takes in packed float32 elements.
  mutating func add(_ elements: RawSpan) { add(elements, clearing: 0) }

  /// Takes in the magnitudes of packed float32 elements.
  mutating func addMagnitudes(_ elements: RawSpan) { add(elements, clearing: 1 << 31) }

  private mutating func add(_ elements: RawSpan, clearing sign: UInt32) {
    guard width > 0 else {
      counts[0] += elements.byteCount / 4
      return
    }
    for index in 0..<(elements.byteCount / 4) {
      let bits = elements.loadLittleEndian(UInt32.self, at: 4 * index) & ~sign
      let place = (Double(Float(bitPattern: bits)) - low) / width
      counts[min(max(Int(place), 0), Self.bins - 1)] += 1
    }
  }

  /// The numbers.
  var total: Int { counts.reduce(0, +) }

  /// The number in the middle of a step.
  func center(_ bin: Int) -> Double { low + (Double(bin) + 0.5) * width }

  /// The range without a share of the numbers on each side, widened to 0.
  func trimmed(_ share: Double) -> (smallest: Float, largest: Float) {
    let allowed = Int(share * Double(total))
    var (first, below) = (0, 0)
    while first < Self.bins - 1, below + counts[first] <= allowed {
      below += counts[first]
      first += 1
    }
    var (last, above) = (Self.bins - 1, 0)
    while last > first, above + counts[last] <= allowed {
      above += counts[last]
      last -= 1
    }
    let (smallest, largest) = (low + Double(first) * width, low + Double(last + 1) * width)
    return (Float(min(smallest, 0)), Float(max(largest, 0)))
  }
}
