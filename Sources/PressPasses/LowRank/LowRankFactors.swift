import PressLinearAlgebra

/// The closest matrix of a rank, as a product of two (Eckart and Young 1936).
///
/// With W = U * S * V' the factors are U * sqrt(S) and sqrt(S) * V', so that both are of one size.
struct LowRankFactors: Sendable {
  /// The rank.
  let rank: Int
  /// (rows, rank), row-major.
  let left: [Float]
  /// (rank, columns), row-major.
  let right: [Float]
  /// The root of the sum of the dropped squared singular values, over that of all; 0 for zeros.
  let relativeError: Double

  /// Cuts a decomposition.
  init(_ whole: SingularValueDecomposition<Float>, rank: Int) {
    self.rank = rank
    let full = whole.values.count
    let roots = whole.values.prefix(rank).map { Float(Double($0).squareRoot()) }
    left = (0..<whole.rows).flatMap { row in
      (0..<rank).map { whole.left[row * full + $0] * roots[$0] }
    }
    right = (0..<rank).flatMap { k in
      whole.right[(k * whole.columns)..<((k + 1) * whole.columns)].map { $0 * roots[k] }
    }
    let squares = whole.values.map { Double($0) * Double($0) }
    let total = squares.reduce(0, +)
    relativeError = total > 0 ? (squares.dropFirst(rank).reduce(0, +) / total).squareRoot() : 0
  }
}
