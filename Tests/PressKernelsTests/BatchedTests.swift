import PressKernels
import PressTestSupport
import Testing

/// A product by its numbers: how its batch axis and its matrices lie.
private struct Case {
  var batches: Int
  var rows: Int
  var depth: Int
  var columns: Int
  var isATransposed = false
  var isBTransposed = false
  /// Whether the batches share one B.
  var sharesB = false
  /// Floats between the end of an output row and the next.
  var gap = 0
  var alpha: Float = 1

  var product: BatchedProduct? {
    BatchedProduct(
      rows: rows, depth: depth, columns: columns,
      axes: [
        .init(
          size: batches, a: rows * depth, b: sharesB ? 0 : depth * columns,
          output: rows * (columns + gap))
      ],
      a: isATransposed ? .init(row: 1, column: rows) : .init(row: depth, column: 1),
      b: isBTransposed ? .init(row: 1, column: depth) : .init(row: columns, column: 1),
      outputRow: columns + gap, alpha: alpha)
  }

  /// The largest excess of an error over its bound.
  func excess(_ a: [Float], _ b: [Float], bias: [Float], _ output: [Float]) -> Double {
    var worst = -Double.infinity
    for batch in 0..<batches {
      for row in 0..<rows {
        for column in 0..<columns {
          var (sum, magnitude) = (Double(bias[column]), Double(bias[column].magnitude))
          for k in 0..<depth {
            let left = batch * rows * depth + (isATransposed ? k * rows + row : row * depth + k)
            let right =
              (sharesB ? 0 : batch * depth * columns)
              + (isBTransposed ? column * depth + k : k * columns + column)
            let product = Double(alpha) * Double(a[left]) * Double(b[right])
            sum += product
            magnitude += product.magnitude
          }
          let found = output[(batch * rows + row) * (columns + gap) + column]
          // One more rounding for alpha.
          let bound = productTolerance(depth: depth + 1, magnitude: magnitude)
          worst = max(worst, (Double(found) - sum).magnitude - bound)
        }
      }
    }
    return worst
  }
}

private func run(
  _ product: BatchedProduct, floats: Int, _ a: [Float], _ b: [Float], epilogue: Epilogue,
  kernels: KernelTable = .best, threads: Int = 1
) -> [Float] {
  var workspace = Workspace(threads: threads, kernels: kernels)
  var places = Places()
  let output = places.add(floats: floats)
  workspace.arena.reserve(places.byteCount)
  workspace.multiply(
    product, epilogue: epilogue, a: .constant(FloatBuffer(a)), b: .constant(FloatBuffer(b)),
    output: output)
  return workspace.floats(output)
}

@Test("A product of two operands equals its definition, however they lie")
func batchedEqualsReference() throws {
  var generator = SeededGenerator(seed: 31)
  let sizes = [0, 1, 3, 15, 16, 17, 33]
  for number in 0..<120 {
    func size() -> Int { sizes.randomElement(using: &generator) ?? 1 }
    let c = Case(
      batches: Int.random(in: 0...3, using: &generator), rows: size(), depth: size(),
      columns: size(), isATransposed: .random(using: &generator),
      isBTransposed: .random(using: &generator), sharesB: .random(using: &generator),
      gap: Int.random(in: 0...3, using: &generator), alpha: [1, -0.5].randomElement() ?? 1)
    let a = randomFloats(c.batches * c.rows * c.depth, &generator)
    let b = randomFloats((c.sharesB ? 1 : c.batches) * c.depth * c.columns, &generator)
    let bias = randomFloats(c.columns, &generator)
    let product = try #require(c.product)
    for kernels in KernelTable.available {
      let output = run(
        product, floats: c.batches * c.rows * (c.columns + c.gap), a, b,
        epilogue: Epilogue(bias: FloatBuffer(bias)), kernels: kernels)
      #expect(c.excess(a, b, bias: bias, output) <= 0, "\(kernels.instructionSet) \(number) \(c)")
    }
  }
}

@Test("Large products are cut by rows and columns without changing a bit")
func largeBatched() throws {
  var generator = SeededGenerator(seed: 32)
  let c = Case(batches: 1, rows: 401, depth: 90, columns: 3000)
  let a = randomFloats(c.rows * c.depth, &generator)
  let b = randomFloats(c.depth * c.columns, &generator)
  let epilogue = Epilogue(bias: FloatBuffer(randomFloats(c.columns, &generator)))
  let product = try #require(c.product)
  let whole = run(product, floats: c.rows * c.columns, a, b, epilogue: epilogue)
  #expect(
    c.excess(a, b, bias: epilogue.bias?.array() ?? [], whole) <= 0)
  for threads in [2, 3] {
    let shared = run(
      product, floats: c.rows * c.columns, a, b, epilogue: epilogue, threads: threads)
    #expect(shared == whole)
  }
}

@Test("Residual and activation follow the product, row by row where rows have gaps")
func batchedEpilogue() throws {
  var generator = SeededGenerator(seed: 33)
  let c = Case(batches: 2, rows: 5, depth: 4, columns: 18, gap: 2)
  let a = randomFloats(40, &generator)
  let b = randomFloats(144, &generator)
  let residual = randomFloats(200, &generator)
  let product = try #require(c.product)
  let plain = run(product, floats: 200, a, b, epilogue: Epilogue())
  for (activation, function) in activations {
    let epilogue = Epilogue(residual: .constant(FloatBuffer(residual)), activation: activation)
    let found = run(product, floats: 200, a, b, epilogue: epilogue)
    for index in 0..<200 {
      let expected = index % 20 < 18 ? function(plain[index] + residual[index]) : 0
      #expect((found[index] - expected).magnitude <= 1e-5)
    }
  }
}

@Test("Products whose places overflow are refused")
func refusedProducts() {
  func product(_ rows: Int, _ row: Int, _ axes: [BatchedProduct.Axis] = []) -> BatchedProduct? {
    BatchedProduct(
      rows: rows, depth: 1, columns: 1, axes: axes, a: .init(row: row, column: 1),
      b: .init(row: 1, column: 1), outputRow: 1)
  }
  #expect(product(2, 1) != nil)
  #expect(product(-1, 1) == nil)
  #expect(product(3, .max / 2) == nil)
  #expect(product(2, -1) == nil)
  #expect(product(1, 1, [.init(size: .max, a: 2, b: 0, output: 0)]) == nil)
  let axis = BatchedProduct.Axis(size: 1, a: 0, b: 0, output: 0)
  let tooMany = [BatchedProduct.Axis](repeating: axis, count: BatchedProduct.maximumAxes + 1)
  #expect(product(1, 1, tooMany) == nil)
}
