internal import COpenBLAS

/// The least-squares problem min |X * inputs - outputs|^2 over many observations, of which only the
/// products that its solution needs are kept.
///
/// `inputs` is (unknowns, observations), `outputs` (targets, observations), X (targets, unknowns).
/// Products are summed in double precision in the order of the calls.
public struct NormalEquations: Sendable {
  /// The number of inputs of an observation.
  public let unknowns: Int
  /// The number of outputs of an observation.
  public let targets: Int
  /// `inputs * inputs'`, (unknowns, unknowns), of which one triangle is filled.
  private var squares: [Double]
  /// `outputs * inputs'`, (targets, unknowns) row-major.
  private var products: [Double]
  /// The sum of the squares of all outputs.
  public private(set) var outputEnergy = 0.0

  /// A problem without observations; throws `shape`, `tooLarge`.
  public init(unknowns: Int, targets: Int) throws(LinearAlgebraError) {
    guard unknowns > 0, targets > 0 else {
      throw .shape(rows: targets, columns: unknowns, elements: 0)
    }
    guard unknowns <= 1 << 15, targets <= 1 << 20 else {
      throw .tooLarge(rows: targets, columns: unknowns)
    }
    try LibrarySetup.load()
    (self.unknowns, self.targets) = (unknowns, targets)
    squares = [Double](repeating: 0, count: unknowns * unknowns)
    products = [Double](repeating: 0, count: targets * unknowns)
  }

  /// The bytes that a problem takes.
  public static func byteCount(unknowns: Int, targets: Int) -> Int {
    let (square, overflow) = unknowns.multipliedReportingOverflow(by: unknowns)
    let (product, overflows) = targets.multipliedReportingOverflow(by: unknowns)
    let (sum, tooMany) = square.addingReportingOverflow(product)
    return overflow || overflows || tooMany || sum > Int.max / 8 ? .max : 8 * sum
  }

  /// Adds observations, the columns of row-major (unknowns, count) and (targets, count) matrices.
  ///
  /// Throws `shape` where the elements are not as many, `notFinite`, `tooLarge`.
  public mutating func add(
    inputs: [Float], outputs: [Float], count: Int
  ) throws(LinearAlgebraError) {
    guard count > 0, inputs.count == unknowns * count else {
      throw .shape(rows: unknowns, columns: count, elements: inputs.count)
    }
    guard outputs.count == targets * count else {
      throw .shape(rows: targets, columns: count, elements: outputs.count)
    }
    guard inputs.allSatisfy(\.isFinite), outputs.allSatisfy(\.isFinite) else { throw .notFinite }
    let (n, m) = (Int32(unknowns), Int32(targets))
    let k = try Int32(size: count, rows: unknowns, columns: count)
    // A row-major (unknowns, count) matrix is to the library a column-major (count, unknowns) one.
    let (x, y) = (inputs.map(Double.init), outputs.map(Double.init))
    for value in y { outputEnergy += value * value }
    unsafe lapack_dsyrk(.upper, .turned, n, k, 1, x, k, 1, &squares, n)
    unsafe lapack_dgemm(.turned, .plain, n, m, k, 1, x, k, y, k, 1, &products, n)
  }

  /// What solves a problem.
  public struct Solution: Sendable {
    /// X, (targets, unknowns), row-major.
    public let coefficients: [Double]
    /// The sum of the squares of `X * inputs - outputs`.
    public let residual: Double
  }

  /// The X of min |X * inputs - outputs|^2 + damping * mean * |X|^2.
  ///
  /// `mean` is the mean of the inputs' sums of squares, so that the damping has no unit; it decides
  /// where the observations do not. Throws `singular`.
  public func solution(damping: Double) throws(LinearAlgebraError) -> Solution {
    var (matrix, result) = (squares, products)
    let diagonal = stride(from: 0, to: matrix.count, by: unknowns + 1)
    let mean = diagonal.reduce(0) { $0 + squares[$1] } / Double(unknowns)
    for place in diagonal { matrix[place] += damping * mean }
    let (n, m) = (Int32(unknowns), Int32(targets))
    let info = unsafe lapack_dposv(.upper, n, m, &matrix, n, &result, n)
    guard info == 0 else { throw .singular }
    // (X X_in) X_in' + damping X = products, so that the residual needs no pass over the inputs.
    var residual = outputEnergy
    for (x, product) in zip(result, products) { residual -= x * (product + damping * mean * x) }
    return Solution(coefficients: result, residual: max(residual, 0))
  }
}
