/// What can go wrong with a matrix.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// A matrix has no elements, or not as many as its shape says.
  case shape(rows: Int, columns: Int, elements: Int)
  /// An element is infinite or not a number.
  case notFinite
  /// The library counts in 32 bits, and a size does not fit.
  case tooLarge(rows: Int, columns: Int)
  /// An iteration did not converge; the number is the library's.
  case noConvergence(Int)
  /// The equations have no single solution.
  case singular
  /// The library that does the work isn't installed.
  case missingLibrary
}

extension LinearAlgebraError: CustomStringConvertible {
  /// One line: what, expected, found.
  public var description: String {
    switch self {
    case .shape(let rows, let columns, let elements):
      "matrix of \(rows)x\(columns), expected as many elements and at least one, found \(elements)"
    case .notFinite: "matrix, expected finite elements, found infinity or not a number"
    case .tooLarge(let rows, let columns):
      "matrix of \(rows)x\(columns), expected sizes and workspace below 2^31, found more"
    case .noConvergence(let number):
      "singular values, expected convergence, found none (\(number))"
    case .missingLibrary:
      "linear algebra, expected OpenBLAS (Debian's libopenblas-dev), found no libopenblas.so.0"
    case .singular: "linear equations, expected a single solution, found a singular matrix"
    }
  }
}
