import PressTensor

/// The largest magnitude that a sum of integer products can reach in a layer.
struct AccumulatorBound {
  /// The largest magnitude: over all rows, sum |w| times the largest |x|, plus |bias|; `Int.max` if
  /// that is beyond 64 bits.
  let largest: Int

  /// What sums of 32 bits hold.
  static let limit = Int(Int32.max)

  /// Whether no sum can overflow.
  var isSafe: Bool { largest <= Self.limit }

  /// The bound for a weight of fixed-point numbers.
  ///
  /// - Parameter radix: the weight's.
  /// - Parameter largestInput: the largest magnitude of an input's integer.
  /// - Parameter bias: in units of the sums, one for each row, one for all, or none.
  init(
    _ weight: Weight, radix: Int, view: MatrixView, largestInput: Int, bias: [Double]
  ) throws {
    let numbers = try weight.floats(byRowsOf: view)
    let unit = Double(sign: .plus, exponent: radix, significand: 1)
    var largest = 0
    for row in 0..<view.rows {
      var sum = 0
      for number in numbers[(row * view.columns)..<((row + 1) * view.columns)] {
        sum += Int(Double(number.magnitude) * unit)
      }
      let offset = bias.isEmpty ? 0 : bias[bias.count == 1 ? 0 : row].magnitude.rounded(.up)
      let (product, overflow) = sum.multipliedReportingOverflow(by: largestInput)
      let (total, beyond) = product.addingReportingOverflow(Int(exactly: offset) ?? .max)
      largest = max(largest, overflow || beyond ? .max : total)
    }
    self.largest = largest
  }
}
