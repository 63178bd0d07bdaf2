import PressFile
public import PressTensor

/// How far a weight moved from what it was, by the squares of its elements.
public struct WeightError: Sendable, Hashable {
  /// The sum of the squares before.
  public let signal: Double
  /// The sum of the squared differences.
  public let noise: Double
  /// The largest difference of two elements.
  public let largestDifference: Double
  /// The largest magnitude before.
  public let largestMagnitude: Double

  /// Compares two weights of the same shape; elements are added in the tensor's order, in double
  /// precision.
  ///
  /// `nil` where shapes or types differ or are no floating-point numbers.
  public init?(_ weight: Weight, from reference: Weight) throws {
    let type = reference.elementType
    guard weight.shape == reference.shape, weight.elementType == type, type.isFloatingPoint,
      let width = type.byteWidth
    else { return nil }
    let (before, after) = (try reference.decoded(), try weight.decoded())
    var (signal, noise, difference, magnitude) = (0.0, 0.0, 0.0, 0.0)
    let part = 1 << 16
    for start in stride(from: 0, to: weight.shape.count, by: part) {
      let count = min(part, weight.shape.count - start)
      let range = (start * width)..<((start + count) * width)
      let a = try type.floats(in: before.slice(range), count: count)
      let b = try type.floats(in: after.slice(range), count: count)
      for (x, y) in zip(a, b) {
        let distance = x == y ? 0 : abs(Double(x) - Double(y))
        signal += Double(x) * Double(x)
        noise += distance * distance
        // What is no number counts as far away.
        difference = distance.isNaN ? .infinity : max(difference, distance)
        magnitude = max(magnitude, abs(Double(x)))
      }
    }
    before.release()
    after.release()
    (self.signal, self.noise) = (signal, noise)
    (largestDifference, largestMagnitude) = (difference, magnitude)
  }

  /// The squared error over the square of what was: |w - w'|^2 / |w|^2; 0 where nothing moved.
  public var relative: Double { noise == 0 ? 0 : noise / signal }

  /// The largest difference over the largest magnitude; 0 where nothing moved.
  public var largestRelative: Double {
    largestDifference == 0 ? 0 : largestDifference / largestMagnitude
  }

  /// What was over the error, in decibels; `nil` where nothing moved.
  public var signalToNoise: Double? {
    noise == 0 ? nil : 10 * PressFile.log10(signal / noise)
  }
}
