import PressFile
public import PressTensor

/// How far one tensor is from another of the same shape.
public struct Deviation: Sendable, Hashable {
  /// What was compared: an output, or a layer.
  public var name: String
  /// The largest absolute difference.
  public var maximum: Double
  /// The mean absolute difference.
  public var mean: Double
  /// The cosine of the angle between the two.
  public var cosine: Double?
  /// `10 log10(sum a^2 / sum (a - b)^2)` in decibels; `nil` where they are identical.
  public var signalToNoise: Double?
  /// The share of rows along the last axis with the same largest element; `nil` for scalars.
  public var argmaxAgreement: Double?

  /// Compares `other` with a reference; sums are in double precision and in order.
  ///
  /// - Throws: `DatasetError.comparedShapes` if their shapes differ.
  public init(name: String, reference: Tensor, other: Tensor) throws {
    guard reference.shape == other.shape else {
      throw DatasetError.comparedShapes(
        name: name, expected: reference.shape, found: other.shape)
    }
    let (a, b) = (try reference.floats(), try other.floats())
    self.name = name
    var (largest, sum, aa, bb, ab, noise) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      let (x, y) = (Double(x), Double(y))
      let difference = x == y ? 0 : (x - y).magnitude
      // A comparison with NaN is false, and NaN must not pass for agreement.
      largest = difference <= largest ? largest : difference
      sum += difference
      aa += x * x
      bb += y * y
      ab += x * y
      noise += difference * difference
    }
    maximum = largest
    mean = a.isEmpty ? 0 : sum / Double(a.count)
    let scale = aa.squareRoot() * bb.squareRoot()
    cosine = scale > 0 ? ab / scale : (aa == bb ? 1 : nil)
    signalToNoise = noise == 0 ? nil : 10 * PressFile.log(aa / noise) / PressFile.log(10)
    argmaxAgreement = Self.agreement(a, b, row: reference.shape.dimensions.last)
  }

  private static func agreement(_ a: [Float], _ b: [Float], row: Int?) -> Double? {
    guard let row, row > 0, !a.isEmpty else { return nil }
    var same = 0
    for start in stride(from: 0, to: a.count, by: row) {
      let range = start..<(start + row)
      let left = Classification.prediction(a[range])
      if left == Classification.prediction(b[range]), left != nil { same += 1 }
    }
    return Double(same) / Double(a.count / row)
  }
}
