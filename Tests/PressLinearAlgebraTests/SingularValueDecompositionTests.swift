import PressTestSupport
import Testing

@testable import PressLinearAlgebra

@Suite("Singular values") struct SingularValueDecompositionTests {
  static func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  /// `left * diag(values) * right`, in double precision.
  static func product<Scalar>(_ found: SingularValueDecomposition<Scalar>) -> [Double] {
    let rank = found.values.count
    return (0..<(found.rows * found.columns)).map { place in
      let (row, column) = (place / found.columns, place % found.columns)
      return (0..<rank).reduce(0) { sum, k in
        sum + Double(found.left[row * rank + k]) * Double(found.values[k])
          * Double(found.right[k * found.columns + column])
      }
    }
  }

  /// The largest distance of `vectors * vectors'` from the identity.
  static func skew<Scalar: DecomposableScalar>(
    _ count: Int, _ length: Int, _ element: (Int, Int) -> Scalar
  ) -> Double {
    var worst = 0.0
    for a in 0..<count {
      for b in 0..<count {
        let dot = (0..<length).reduce(0) { $0 + Double(element(a, $1)) * Double(element(b, $1)) }
        worst = max(worst, abs(dot - (a == b ? 1 : 0)))
      }
    }
    return worst
  }

  @Test(
    "The factors are orthonormal and their product is the matrix, whatever its shape",
    arguments: [(1, 1), (1, 7), (7, 1), (5, 5), (40, 9), (9, 40), (64, 63), (3, 500)])
  func factors(rows: Int, columns: Int) throws {
    let matrix = Self.random(rows * columns, seed: 7)
    let rank = min(rows, columns)
    func check<Scalar>(_ found: SingularValueDecomposition<Scalar>, _ tolerance: Double) {
      #expect(found.values.count == rank)
      #expect(zip(found.values, found.values.dropFirst()).allSatisfy { $0 >= $1 && $1 >= 0 })
      for (a, b) in zip(Self.product(found), matrix) { #expect(abs(a - Double(b)) < tolerance) }
      let left = Self.skew(rank, rows) { found.left[$1 * rank + $0] }
      let right = Self.skew(rank, columns) { found.right[$0 * columns + $1] }
      #expect(left < tolerance && right < tolerance)
    }
    check(try SingularValueDecomposition(matrix, rows: rows, columns: columns), 2e-5)
    let wide = matrix.map(Double.init)
    check(try SingularValueDecomposition(wide, rows: rows, columns: columns), 1e-12)
  }

  @Test("A diagonal matrix has the magnitudes of its elements, in order")
  func diagonal() throws {
    var matrix = [Double](repeating: 0, count: 12)
    (matrix[0], matrix[5], matrix[10]) = (2, -7, 0.5)
    let found = try SingularValueDecomposition(matrix, rows: 3, columns: 4)
    for (value, expected) in zip(found.values, [7, 2, 0.5]) {
      #expect(abs(value - expected) < 1e-14)
    }
  }

  @Test("Discrete cosines of eight points have singular values of 1, their outer product one of 8")
  func closedForms() throws {
    // The rows of the orthonormal DCT-II are orthonormal: sqrt(2/n) cos(pi (2i+1) k / 2n); its matrix
    // of ones has rank 1 and norm 8. Cosines by the recurrence of Chebyshev, from cos(pi/16).
    let first = 0.980_785_280_403_230_4
    var cosines = [1.0, first]
    for index in 2..<128 { cosines.append(2 * first * cosines[index - 1] - cosines[index - 2]) }
    let matrix = (0..<64).map { place -> Double in
      let (k, i) = (place / 8, place % 8)
      return k == 0 ? 0.125.squareRoot() : 0.5 * cosines[(2 * i + 1) * k % 32]
    }
    let found = try SingularValueDecomposition(matrix, rows: 8, columns: 8)
    for value in found.values { #expect(abs(value - 1) < 1e-12) }
    let ones = try SingularValueDecomposition(
      [Float](repeating: 1, count: 64), rows: 8, columns: 8)
    #expect(abs(ones.values[0] - 8) < 1e-5)
    for value in ones.values.dropFirst() { #expect(value < 1e-5) }
  }

  @Test("A matrix of zeros has none but zeros")
  func zeros() throws {
    let found = try SingularValueDecomposition(
      [Float](repeating: 0, count: 15), rows: 3, columns: 5)
    #expect(found.values == [0, 0, 0])
    #expect(found.left.allSatisfy(\.isFinite) && found.right.allSatisfy(\.isFinite))
  }

  @Test("What is no matrix of finite numbers is refused")
  func refused() {
    #expect(throws: LinearAlgebraError.shape(rows: 2, columns: 2, elements: 3)) {
      try SingularValueDecomposition([1, 2, 3] as [Float], rows: 2, columns: 2)
    }
    #expect(throws: LinearAlgebraError.shape(rows: 0, columns: 2, elements: 0)) {
      try SingularValueDecomposition([Float](), rows: 0, columns: 2)
    }
    #expect(throws: LinearAlgebraError.shape(rows: .max, columns: 2, elements: 1)) {
      try SingularValueDecomposition([1] as [Double], rows: .max, columns: 2)
    }
    #expect(throws: LinearAlgebraError.notFinite) {
      try SingularValueDecomposition([1, .nan] as [Float], rows: 1, columns: 2)
    }
    #expect(throws: LinearAlgebraError.notFinite) {
      try SingularValueDecomposition([1, -.infinity] as [Double], rows: 2, columns: 1)
    }
  }
}
