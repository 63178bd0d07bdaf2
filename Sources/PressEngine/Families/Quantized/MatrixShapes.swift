internal import PressTensor

/// The sizes of a product of two tensors as numpy's matmul takes them: matrices in the last two axes,
/// the others broadcast; a vector is a row on the left and a column on the right.
struct MatrixShapes: Sendable {
  let rows: Int
  let depth: Int
  let columns: Int
  /// The shape of the result.
  let output: Shape
  /// The leading axes of the result.
  let batch: Shape
  /// The number of matrices on either side.
  let leftCount: Int
  let rightCount: Int
  /// The number of a batch's matrix on either side, axis by axis, 0 where it is repeated.
  private let leftStrides: [Int]
  private let rightStrides: [Int]

  init(_ left: Shape, _ right: Shape) throws(ShapeProblem) {
    var (l, r) = (left.dimensions, right.dimensions)
    guard !l.isEmpty, !r.isEmpty else {
      throw .mismatch(expected: "two matrices", found: "\(left) and \(right)")
    }
    let dropsRow = l.count == 1
    let dropsColumn = r.count == 1
    if dropsRow { l = [1] + l }
    if dropsColumn { r = r + [1] }
    (rows, depth, columns) = (l[l.count - 2], l[l.count - 1], r[r.count - 1])
    guard r[r.count - 2] == depth else {
      throw .mismatch(expected: "a second operand with \(depth) rows", found: "\(right)")
    }
    let rank = max(l.count, r.count) - 2
    let (leading, trailing) = (
      try makeShape(Array(l.dropLast(2))).padded(to: rank),
      try makeShape(Array(r.dropLast(2))).padded(to: rank)
    )
    var sizes: [Int] = []
    for (a, b) in zip(leading, trailing) {
      guard a == b || a == 1 || b == 1 else {
        throw .mismatch(expected: "a shape that goes with \(left)", found: "\(right)")
      }
      sizes.append(a == 1 ? b : a)
    }
    batch = try makeShape(sizes)
    leftCount = leading.reduce(1, *)
    rightCount = trailing.reduce(1, *)
    leftStrides = MatrixShapes.strides(leading)
    rightStrides = MatrixShapes.strides(trailing)
    output = try makeShape(sizes + (dropsRow ? [] : [rows]) + (dropsColumn ? [] : [columns]))
  }

  private static func strides(_ sizes: [Int]) -> [Int] {
    var stride = 1
    var strides: [Int] = []
    for size in sizes.reversed() {
      strides.append(size == 1 ? 0 : stride)
      stride *= size
    }
    return strides.reversed()
  }

  /// The numbers of a batch's two matrices.
  func operands(_ number: Int) -> (left: Int, right: Int) {
    var (rest, left, right) = (number, 0, 0)
    for axis in batch.dimensions.indices.reversed() {
      let index = rest % batch.dimensions[axis]
      rest /= batch.dimensions[axis]
      left += index * leftStrides[axis]
      right += index * rightStrides[axis]
    }
    return (left, right)
  }
}
