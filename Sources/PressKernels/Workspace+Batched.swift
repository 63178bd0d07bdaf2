internal import CPressKernels

/// A product of two operands that are both known only when it runs, for every index of some batch
/// axes: y[b] = alpha * A[b] times B[b].
///
/// Strides count elements. An operand that a batch axis repeats has a stride of 0 there, and a
/// transposed one its strides exchanged; so values can be taken and left as other layers have them.
/// The output's columns follow one another.
public struct BatchedProduct: Sendable {
  /// One batch axis: its size, and the stride of both operands and of the output.
  public struct Axis: Hashable, Sendable {
    var size: Int
    var a: Int
    var b: Int
    var output: Int

    /// An axis from its parts.
    public init(size: Int, a: Int, b: Int, output: Int) {
      self.size = size
      self.a = a
      self.b = b
      self.output = output
    }
  }

  /// The strides of a matrix's rows and columns.
  public struct Strides: Hashable, Sendable {
    var row: Int
    var column: Int

    /// Strides from their parts.
    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// The most batch axes.
  public static let maximumAxes = Int(PRESS_MAXIMUM_BATCH_AXES)

  /// The floats from each operand's first to behind its last.
  let reaches: (a: Int, b: Int, output: Int)
  private let rows: Int
  private let depth: Int
  let columns: Int
  private let axes: [Axis]
  private let a: Strides
  private let b: Strides
  private let outputRow: Int
  private let alpha: Float

  /// A product of A (rows, depth) and B (depth, columns).
  ///
  /// `nil` if a size or stride is negative, there are too many axes, or a place overflows. Different
  /// elements of the output must have different places.
  public init?(
    rows: Int, depth: Int, columns: Int, axes: [Axis] = [], a: Strides, b: Strides,
    outputRow: Int, alpha: Float = 1
  ) {
    guard axes.count <= BatchedProduct.maximumAxes,
      let reachA = reach(axes.map { ($0.size, $0.a) } + [(rows, a.row), (depth, a.column)]),
      let reachB = reach(axes.map { ($0.size, $0.b) } + [(depth, b.row), (columns, b.column)]),
      let reachOutput = reach(
        axes.map { ($0.size, $0.output) } + [(rows, outputRow), (columns, 1)]),
      let table = reach([(depth, a.column)]), table < Int(UInt32.max),
      let packed = reach([(depth, 1 << 20)]), packed < 1 << 60
    else { return nil }
    self.rows = rows
    self.depth = depth
    self.columns = columns
    self.axes = axes
    self.a = a
    self.b = b
    self.outputRow = outputRow
    self.alpha = alpha
    reaches = (reachA, reachB, reachOutput)
  }

  /// The bytes of scratch memory that each thread of a workspace takes for itself when it runs.
  public var threadScratchBytes: Int {
    var view = view
    return unsafe press_batched_scratch(&view) * 4
  }

  var view: press_batched {
    var view = press_batched()
    view.rows = rows
    view.depth = depth
    view.columns = columns
    view.axes = axes.count
    fill(&view.sizes, axes.map(\.size))
    fill(&view.a_strides, axes.map(\.a))
    fill(&view.b_strides, axes.map(\.b))
    fill(&view.y_strides, axes.map(\.output))
    (view.a_row, view.a_column) = (a.row, a.column)
    (view.b_row, view.b_column) = (b.row, b.column)
    view.y_row = outputRow
    view.alpha = alpha
    return view
  }
}

/// The elements from the first to behind the last; `nil` if that overflows, 0 if there are none.
private func reach(_ axes: [(size: Int, stride: Int)]) -> Int? {
  guard axes.allSatisfy({ $0.size >= 0 && $0.stride >= 0 }) else { return nil }
  if axes.contains(where: { $0.size == 0 }) { return 0 }
  var last = 0
  for axis in axes {
    let (distance, isTooFar) = (axis.size - 1).multipliedReportingOverflow(by: axis.stride)
    let (sum, overflow) = last.addingReportingOverflow(distance)
    if isTooFar || overflow || sum >= Int.max / 4 { return nil }
    last = sum
  }
  return last + 1
}

/// Sets the first words of a C array.
private func fill<Words>(_ words: inout Words, _ values: [Int]) {
  unsafe withUnsafeMutableBytes(of: &words) { bytes in
    for (index, value) in values.enumerated() {
      unsafe bytes.storeBytes(
        of: value, toByteOffset: index * MemoryLayout<Int>.stride, as: Int.self)
    }
  }
}

extension Workspace {
  /// output = activation(alpha * A times B + bias + residual).
  ///
  /// Operands must reach as far as the product's strides do. A residual lies like the output. Places
  /// that the output's strides skip stay as they are.
  public mutating func multiply(
    _ product: BatchedProduct, epilogue: Epilogue = Epilogue(), a: Operand, b: Operand,
    output: ArenaSlice
  ) {
    checkApart(output, a)
    checkApart(output, b)
    precondition(
      a.floatCount >= product.reaches.a && b.floatCount >= product.reaches.b
        && output.byteCount / 4 >= product.reaches.output, "operands reach as far as strides do")
    let left = unsafe input(a, count: a.floatCount)
    let right = unsafe input(b, count: b.floatCount)
    let y = unsafe self.output(output, count: output.byteCount / 4)
    var end = unsafe view(
      epilogue, channels: product.columns, residualCount: output.byteCount / 4, output: output)
    var view = product.view
    let floats = unsafe press_batched_scratch(&view)
    var team = unsafe team(threadFloats: floats)
    unsafe press_multiply_batched(&team, &view, &end, left, right, y)
    extendLifetime(a)
    extendLifetime(b)
    extendLifetime(epilogue)
  }
}
