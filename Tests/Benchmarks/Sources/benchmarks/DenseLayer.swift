import Press
import PressKernels

/// A dense layer with values in place, whose results are known.
struct DenseLayer: ~Copyable {
  private let rows: Int
  private let columns: Int
  private let count: Int
  private var workspace: Workspace
  private let weight: PackedMatrix
  private let input: ArenaSlice
  private let output: ArenaSlice

  init(rows: Int, columns: Int, count: Int, kernels: KernelTable, threads: Int) {
    self.rows = rows
    self.columns = columns
    self.count = count
    let elements = FloatBuffer(count: rows * columns) { span in
      for index in 0..<span.count { span[index] = DenseLayer.element(index, 7) }
    }
    weight = PackedMatrix(elements, rows: rows, columns: columns, isTransposed: false)
    workspace = Workspace(threads: threads, kernels: kernels)
    input = ArenaSlice(offset: 0, byteCount: 4 * count * columns)
    let end = (input.byteCount + Arena.alignment - 1) / Arena.alignment * Arena.alignment
    output = ArenaSlice(offset: end, byteCount: 4 * count * rows)
    workspace.arena.reserve(end + output.byteCount)
    let values = AlignedBuffer<Float>(count: count * columns) { span in
      for index in 0..<span.count { span[index] = DenseLayer.element(index, 5) }
    }
    workspace.arena.write(values.rawSpan, to: input)
  }

  /// Small whole numbers, so that every order of summation gives the same.
  private static func element(_ index: Int, _ modulus: Int) -> Float {
    Float(index % modulus - modulus / 2)
  }

  mutating func run() {
    workspace.linear(
      weight, bias: nil, count: count, input: .slice(input), output: output, scratch: .empty)
  }

  /// Checks the last result against its definition at some places.
  func check() {
    let bytes = workspace.arena.bytes(of: output)
    for place in stride(from: 0, to: count * rows, by: 4099) {
      let (example, row) = (place / rows, place % rows)
      var sum: Float = 0
      for column in 0..<columns {
        sum +=
          DenseLayer.element(example * columns + column, 5)
          * DenseLayer.element(row * columns + column, 7)
      }
      let found = Float(bitPattern: bytes.loadLittleEndian(UInt32.self, at: 4 * place))
      precondition(found == sum, "a product is what its definition says")
    }
  }
}
