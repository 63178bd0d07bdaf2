import PressKernels
import PressTensor
import PressTestSupport
import Testing

/// output = input times the weight's transpose, plus bias.
private func run(
  _ weight: PackedMatrix, bias: [Float]?, input: [Float], count: Int,
  kernels: KernelTable = .best, threads: Int = 1
) -> [Float] {
  var workspace = Workspace(threads: threads, kernels: kernels)
  var places = Places()
  let output = places.add(floats: count * weight.rows)
  let scratch = places.add(bytes: Workspace.linearScratch(weight, count: count) ?? 0)
  workspace.arena.reserve(places.byteCount)
  workspace.linear(
    weight, bias: bias.map { FloatBuffer($0) }, count: count,
    input: .constant(FloatBuffer(input)), output: output, scratch: scratch)
  return workspace.floats(output)
}

private let sizes = [0, 1, 3, 4, 15, 16, 17, 33]

@Test(
  "A linear layer equals the sum of products at every edge of a tile",
  arguments: MatrixForm.allCases)
func linearEqualsReference(form: MatrixForm) throws {
  var generator = SeededGenerator(seed: 1)
  for kernels in KernelTable.available {
    for rows in sizes {
      for columns in sizes {
        for count in [0, 1, 3, 5, 17] {
          let weight = randomFloats(rows * columns, zeros: 0.6, &generator)
          let bias = randomFloats(rows, &generator)
          let input = randomFloats(count * columns, &generator)
          let matrix = try #require(
            form.matrix(weight, rows: rows, columns: columns))
          let output = run(matrix, bias: bias, input: input, count: count, kernels: kernels)
          var worst = 0.0
          for example in 0..<count {
            for row in 0..<rows {
              var (sum, magnitude) = (Double(bias[row]), Double(bias[row].magnitude))
              for column in 0..<columns {
                let product =
                  Double(weight[row * columns + column])
                  * Double(input[example * columns + column])
                sum += product
                magnitude += product.magnitude
              }
              let error = (Double(output[example * rows + row]) - sum).magnitude
              worst = max(worst, error - productTolerance(depth: columns, magnitude: magnitude))
            }
          }
          #expect(worst <= 0, "\(kernels.instructionSet) \(rows)x\(columns), \(count) examples")
        }
      }
    }
  }
}

@Test("A linear layer's examples have the same bits alone, in any batch and on any threads")
func linearIsIndependentOfBatchAndThreads() throws {
  var generator = SeededGenerator(seed: 2)
  let (rows, columns, count) = (70, 40, 130)
  let weight = randomFloats(rows * columns, zeros: 0.6, &generator)
  let bias = randomFloats(rows, &generator)
  let input = randomFloats(count * columns, &generator)
  for form in MatrixForm.allCases {
    let matrix = try #require(form.matrix(weight, rows: rows, columns: columns))
    for kernels in KernelTable.available {
      let whole = run(matrix, bias: bias, input: input, count: count, kernels: kernels)
      for threads in [2, 3] {
        let shared = run(
          matrix, bias: bias, input: input, count: count, kernels: kernels, threads: threads)
        #expect(shared == whole, "\(kernels.instructionSet) \(form), \(threads) threads")
      }
      var pieces: [Float] = []
      var start = 0
      for piece in [1, 2, 4, 64, 59] {
        let part = Array(input[(start * columns)..<((start + piece) * columns)])
        pieces += run(matrix, bias: bias, input: part, count: piece, kernels: kernels)
        start += piece
      }
      #expect(pieces == whole, "\(kernels.instructionSet) \(form)")
    }
  }
}

@Test("A transposed weight gives the same layer, sparse or dense")
func transposedWeights() throws {
  var generator = SeededGenerator(seed: 3)
  let (rows, columns, count) = (19, 7, 5)
  let weight = randomFloats(rows * columns, zeros: 0.7, &generator)
  let transposed = (0..<(rows * columns)).map { weight[$0 % rows * columns + $0 / rows] }
  let input = randomFloats(count * columns, &generator)
  for form in MatrixForm.allCases {
    let straight = try #require(form.matrix(weight, rows: rows, columns: columns))
    let (mask, values) = sparse(transposed)
    let turned: PackedMatrix
    if form == .dense {
      turned = PackedMatrix(
        FloatBuffer(transposed), rows: rows, columns: columns, isTransposed: true)
    } else {
      let turnedRows = mask.withSpan { span in
        SparseRows(
          rows: rows, columns: columns, mask: span, values: FloatBuffer(values),
          isTransposed: true)
      }
      turned = PackedMatrix(try #require(turnedRows), columns: columns)
    }
    #expect(
      run(straight, bias: nil, input: input, count: count)
        == run(turned, bias: nil, input: input, count: count))
  }
}

@Test("A uniform weight takes one panel of memory and gives what the full matrix gives")
func uniformWeight() {
  var generator = SeededGenerator(seed: 4)
  let input = randomFloats(3 * 20, &generator)
  let full = PackedMatrix(
    FloatBuffer([Float](repeating: 0.3, count: 50 * 20)), rows: 50, columns: 20,
    isTransposed: false)
  let uniform = PackedMatrix(uniform: 0.3, rows: 50, columns: 20)
  #expect(uniform.byteCount == 20 * 16 * 4)
  #expect(
    run(full, bias: nil, input: input, count: 3) == run(uniform, bias: nil, input: input, count: 3))
}

@Test("Columns beyond 65 536 are found too")
func wideSparseRows() throws {
  let columns = 70_000
  var weight = [Float](repeating: 0, count: columns)
  weight[3] = 2
  weight[69_999] = 5
  var input = [Float](repeating: 0, count: columns)
  input[3] = 1
  input[69_999] = 10
  let matrix = try #require(
    MatrixForm.sparse.matrix(weight, rows: 1, columns: columns))
  #expect(run(matrix, bias: [1], input: input, count: 1) == [53])
}

@Test("A mask that does not fit its values makes no matrix", arguments: [0, 2])
func wrongMask(values: Int) {
  let mask: [UInt8] = [0b1000]
  let rows = mask.withSpan { span in
    SparseRows(
      rows: 2, columns: 2, mask: span,
      values: FloatBuffer([Float](repeating: 1, count: values)), isTransposed: false)
  }
  #expect(rows == nil)
}
