import PressFile

/// How far the values of one tensor moved from those of a reference.
///
/// Values are added in order, in double precision: the result does not depend on batches.
public struct Deviation: Sendable {
  private var count = 0
  private var largest = 0.0
  private var total = 0.0
  private var product = 0.0
  private var referenceSquares = 0.0
  private var valueSquares = 0.0
  private var noise = 0.0
  private var rows = 0
  private var agreeing = 0

  /// No values yet.
  public init() {}

  /// Takes in rows of `width` elements along the last axis; both arrays have the same length.
  public mutating func add(_ values: [Double], reference: [Double], width: Int) {
    precondition(values.count == reference.count, "the same number of values")
    precondition(width > 0 && values.count % width == 0, "whole rows")
    for (value, expected) in zip(values, reference) { add(value, expected) }
    for start in stride(from: 0, to: values.count, by: width) {
      let row = start..<(start + width)
      let isSame =
        Classification.prediction(values[row]) == Classification.prediction(reference[row])
      rows += 1
      agreeing += isSame ? 1 : 0
    }
  }

  private mutating func add(_ value: Double, _ expected: Double) {
    let difference = value == expected ? 0 : abs(value - expected)
    count += 1
    // A value that is not a number makes the largest one, too.
    largest = difference.isNaN || largest.isNaN ? .nan : max(largest, difference)
    total += difference
    noise += difference * difference
    product += value * expected
    valueSquares += value * value
    referenceSquares += expected * expected
  }

  /// The largest absolute difference; `nil` without values.
  public var largestDifference: Double? { count == 0 ? nil : largest }

  /// The mean absolute difference; `nil` without values.
  public var meanDifference: Double? { count == 0 ? nil : total / Double(count) }

  /// The cosine of the angle between the two: 1 if both are zero, 0 if only one is.
  public var cosine: Double? {
    if count == 0 { return nil }
    if valueSquares == 0 || referenceSquares == 0 {
      return valueSquares == referenceSquares ? 1 : 0
    }
    return product / (valueSquares.squareRoot() * referenceSquares.squareRoot())
  }

  /// The reference's power over that of the difference, in decibels; `nil` if nothing moved.
  public var signalToNoise: Double? {
    Self.signalToNoise(signal: referenceSquares, noise: noise)
  }

  /// The ratio of two sums of squares in decibels; `nil` without noise.
  public static func signalToNoise(signal: Double, noise: Double) -> Double? {
    noise == 0 ? nil : 10 * PressFile.log10(signal / noise)
  }

  /// The share of rows whose largest value stands in the same place; `nil` without rows.
  public var agreement: Double? { rows == 0 ? nil : Double(agreeing) / Double(rows) }
}
