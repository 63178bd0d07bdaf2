internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A matrix product of two values: MatMul with batch axes that broadcast, and Gemm.
struct ProductFamily: StepFamily {
  /// Gemm's attributes; `nil` for MatMul.
  let gemm: Gemm?
  /// Whether Gemm's third operand counts.
  let hasBias: Bool

  var kernel: String { "product" }

  init(_ gemm: Gemm? = nil, hasBias: Bool = false) {
    self.gemm = gemm
    self.hasBias = hasBias
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let (left, right) = (inputs[0].shape, try inputs.required(1).shape)
    let problem = ShapeProblem.mismatch(
      expected: "a matrix that goes with \(left)", found: "\(right)")
    guard left.rank > 0, right.rank > 0 else { throw problem }
    if let gemm { return try scheduled(gemm, inputs, otherwise: problem) }
    // A vector is a row on the left and a column on the right; the axis is dropped again.
    let a = left.rank == 1 ? [1] + left.dimensions : left.dimensions
    let b = right.rank == 1 ? right.dimensions + [1] : right.dimensions
    let (rows, depth, columns) = (a[a.count - 2], a[a.count - 1], b[b.count - 1])
    guard b[b.count - 2] == depth else { throw problem }
    let rank = max(a.count, b.count) - 2
    let batchA = [Int](repeating: 1, count: rank - (a.count - 2)) + a.dropLast(2)
    let batchB = [Int](repeating: 1, count: rank - (b.count - 2)) + b.dropLast(2)
    var batch: [Int] = []
    for (x, y) in zip(batchA, batchB) {
      guard x == y || x == 1 || y == 1 else { throw problem }
      batch.append(x == 1 ? y : x)
    }
    let sizes =
      batch + (left.rank == 1 ? [] : [rows]) + (right.rank == 1 ? [] : [columns])
    let output = try makeShape(sizes)
    let axes = BatchAxes(batch: batch, a: batchA, b: batchB)
    let product = BatchedProduct(
      rows: rows, depth: depth, columns: columns,
      axes: axes.merged(rows &* depth, depth &* columns, rows &* columns),
      a: BatchedProduct.Strides(row: depth, column: 1),
      b: BatchedProduct.Strides(row: columns, column: 1), outputRow: columns)
    guard let product else { throw .unsupported("more than 6 batch axes") }
    return Step(product: product, beta: 0, bias: nil, outputs: [ValueForm(.float32, output)])
  }

  private func scheduled(
    _ gemm: Gemm, _ inputs: [StepInput], otherwise problem: ShapeProblem
  ) throws(ShapeProblem) -> any ScheduledStep {
    let (a, b) = (inputs[0].shape.dimensions, inputs[1].shape.dimensions)
    guard a.count == 2, b.count == 2 else { throw problem }
    let (rows, depth) = gemm.transA ? (a[1], a[0]) : (a[0], a[1])
    let (inner, columns) = gemm.transB ? (b[1], b[0]) : (b[0], b[1])
    guard inner == depth else { throw problem }
    let output = try makeShape([rows, columns])
    let product = BatchedProduct(
      rows: rows, depth: depth, columns: columns,
      a: BatchedProduct.Strides(row: gemm.transA ? 1 : depth, column: gemm.transA ? rows : 1),
      b: BatchedProduct.Strides(row: gemm.transB ? 1 : columns, column: gemm.transB ? depth : 1),
      outputRow: columns, alpha: gemm.alpha)
    guard let product else { throw .overflow }
    var bias: BroadcastLayout?
    if hasBias {
      let shape = try inputs.required(2).shape
      guard shape.rank <= 2,
        let layout = BroadcastLayout(left: output.dimensions, right: shape.padded(to: 2)),
        zip(shape.padded(to: 2), output.dimensions).allSatisfy({ $0 == $1 || $0 == 1 })
      else { throw .mismatch(expected: "a third operand for \(output)", found: "\(shape)") }
      bias = layout
    }
    return Step(
      product: product, beta: gemm.beta, bias: bias, outputs: [ValueForm(.float32, output)])
  }

  private struct Step: ScheduledStep {
    let product: BatchedProduct
    let beta: Float
    let bias: BroadcastLayout?
    let outputs: [ValueForm]

    /// The third operand times beta.
    var scratchBytes: Int { bias.map { $0.operandCounts[1] * 4 } ?? 0 }

    var threadBytes: Int { product.threadScratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let output = operands.outputs[0]
      workspace.multiply(product, a: operands.inputs[0], b: operands.inputs[1], output: output)
      guard let bias else { return }
      var term = operands.inputs[2]
      if beta != 1 {
        let count = bias.operandCounts[1]
        let slice = ArenaSlice(offset: operands.scratch.offset, byteCount: count * 4)
        guard let scaling = BroadcastLayout(left: [count], right: [1]) else { return }
        workspace.combine(
          .mul, layout: scaling, left: term, right: .constant(FloatBuffer([beta])), output: slice)
        term = .slice(slice)
      }
      workspace.combine(.add, layout: bias, left: .slice(output), right: term, output: output)
    }
  }
}

/// The batch axes of a product of two values.
private struct BatchAxes {
  let batch: [Int]
  let a: [Int]
  let b: [Int]

  /// The axes with their strides, neighbours joined where both operands allow it.
  func merged(_ left: Int, _ right: Int, _ output: Int) -> [BatchedProduct.Axis] {
    var axes: [(size: Int, a: Int, b: Int, output: Int)] = []
    var (strideA, strideB, stride) = (left, right, output)
    for index in batch.indices.reversed() {
      let axis = (
        size: batch[index], a: a[index] == 1 ? 0 : strideA, b: b[index] == 1 ? 0 : strideB,
        output: stride
      )
      // Sizes may be anything where there are no elements.
      strideA &*= a[index]
      strideB &*= b[index]
      stride &*= batch[index]
      if axis.size == 1 { continue }
      if let inner = axes.last, axis.a == inner.a &* inner.size, axis.b == inner.b &* inner.size {
        axes[axes.count - 1].size *= axis.size
      } else {
        axes.append(axis)
      }
    }
    return axes.reversed().map {
      BatchedProduct.Axis(size: $0.size, a: $0.a, b: $0.b, output: $0.output)
    }
  }
}
