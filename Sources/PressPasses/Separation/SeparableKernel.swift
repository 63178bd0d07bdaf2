import PressLinearAlgebra

/// The closest pair of a depthwise and a pointwise convolution to a dense kernel, with the same number
/// of depthwise filters for each input channel.
///
/// The outputs of the pair sum over channels, so that the closest one in Frobenius norm is the
/// closest for each input channel by itself: its slice (outputs, window) cut off behind the first
/// singular values.
struct SeparableKernel: Sendable {
  /// The depthwise filters of each input channel.
  let multiplier: Int
  /// (inputs * multiplier, window), row-major.
  let depthwise: [Float]
  /// (outputs, inputs * multiplier), row-major.
  var pointwise: [Float]
  /// The root of the sum of the dropped squared singular values, over that of all; 0 for zeros.
  let relativeError: Double

  /// The number of a pair's parameters for each input channel and filter.
  static func cost(outputs: Int, window: Int) -> Int { outputs + window }

  /// Separates an (outputs, inputs, window) kernel.
  ///
  /// The multiplier is the smallest that keeps a share of the sum of all squared singular values, but
  /// no larger than `largest`. Throws what taking singular values throws.
  init(
    _ kernel: [Float], outputs: Int, inputs: Int, window: Int, energy: Double, largest: Int
  ) throws(LinearAlgebraError) {
    var slices: [SingularValueDecomposition<Double>] = []
    for input in 0..<inputs {
      let slice = (0..<(outputs * window)).map { place in
        Double(kernel[(place / window * inputs + input) * window + place % window])
      }
      slices.append(
        try SingularValueDecomposition(slice, rows: outputs, columns: window))
    }
    let full = min(outputs, window)
    let shares = (0..<full).map { k in
      slices.reduce(0) { $0 + $1.values[k] * $1.values[k] }
    }
    let total = shares.reduce(0, +)
    var (kept, count) = (shares[0], 1)
    while count < min(full, largest), kept < energy * total {
      kept += shares[count]
      count += 1
    }
    multiplier = count
    relativeError = total > 0 ? (shares.dropFirst(count).reduce(0, +) / total).squareRoot() : 0
    depthwise = slices.flatMap { slice in
      (0..<count).flatMap { k in
        let root = slice.values[k].squareRoot()
        return (0..<window).map { Float(slice.right[k * window + $0] * root) }
      }
    }
    pointwise = (0..<outputs).flatMap { output in
      slices.flatMap { slice in
        (0..<count).map { k in
          Float(slice.left[output * full + k] * slice.values[k].squareRoot())
        }
      }
    }
  }
}
