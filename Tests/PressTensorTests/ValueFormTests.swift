import PressTensor
import Testing

@Suite("What the codes of a weight stand for")
struct ValueFormTests {
  /// A 2x4 tensor, or its transpose seen by rows.
  private func weight(
    _ values: Values, _ granularity: Granularity = .tensor, isTransposed: Bool = false,
    support: Support = .dense, _ contents: WeightContents
  ) throws -> Weight {
    let shape = try Shape(isTransposed ? [4, 2] : [2, 4])
    let rows = MatrixView(
      rows: [StridedAxis(size: 2, stride: isTransposed ? 1 : 4)],
      columns: [StridedAxis(size: 4, stride: isTransposed ? 2 : 1)])
    return Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: shape, support: support,
      values: values, granularity: granularity, view: rows, source: LoadedWeight(contents))
  }

  private func floats(_ numbers: [Float]) throws -> Storage {
    try ElementType.float32.elements(of: numbers)
  }

  @Test("a codebook for each row, dense and transposed")
  func codebooks() throws {
    let contents = WeightContents(
      values: Storage([0, 1, 1, 0, 0, 0, 1, 1]), codebook: try floats([1, 2, 3, 4]))
    let rows: [Float] = [1, 2, 2, 1, 3, 3, 4, 4]
    let plain = try weight(.codebook(bits: 1), .channel, contents)
    #expect(try plain.floats() == rows)
    let transposed = try weight(.codebook(bits: 1), .channel, isTransposed: true, contents)
    #expect(try transposed.floats() == [1, 3, 2, 3, 2, 4, 1, 4])
    let view = try #require(transposed.view)
    #expect(try transposed.floats(byRowsOf: view) == rows)
  }

  @Test("scales for groups of three columns, the last one short")
  func groups() throws {
    let contents = WeightContents(
      values: Storage([129, 130, 127, 129, 128, 128, 129, 126]),
      scales: try floats([1, 10, 100, 0.5]))
    let weight = try weight(.affine(bits: 8), .group(3), contents)
    #expect(weight.parts.count == 4)
    #expect(try weight.floats() == [1, 2, -1, 10, 0, 0, 100, -1])
  }

  @Test("zero points, under a mask")
  func zeroPoints() throws {
    let contents = WeightContents(
      mask: Storage([0b1001_0011]), values: Storage([0, 5, 9, 1]), scales: try floats([0.5, 2]),
      zeroPoints: Storage([1, 9]))
    let weight = try weight(.affine(bits: 4), .channel, support: .unstructured, contents)
    #expect(try weight.floats() == [-0.5, 2, 0, 0, 0, 0, 0, -16].map { $0 == 0 ? 0 : $0 })
    #expect(try weight.countNonzeros(in: contents) == 3)
  }

  @Test("ternary, binary, fixed point and half precision")
  func others() throws {
    let ternary = WeightContents(
      values: Storage([0, 1, 2, 0, 1, 1, 2, 2]), scales: try floats([2, 3]))
    #expect(try weight(.ternary, .tensor, ternary).floats() == [-2, 0, 3, -2, 0, 0, 3, 3])
    let binary = WeightContents(
      values: Storage([0, 1, 1, 0, 1, 1, 0, 0]), scales: try floats([2, 3]))
    #expect(try weight(.binary, .channel, binary).floats() == [-2, 2, 2, -2, 3, 3, -3, -3])
    let fixed = WeightContents(values: Storage([8, 9, 7, 0, 15, 8, 8, 8]))
    #expect(
      try weight(.fixed(bits: 4, radix: 2), .tensor, fixed).floats()
        == [0, 0.25, -0.25, -2, 1.75, 0, 0, 0])
    var codes: [UInt8] = []
    for code in [2048, 2049, 0, 4095, 2048, 2048, 2048, 2048] as [UInt16] {
      codes += [UInt8(truncatingIfNeeded: code), UInt8(code >> 8)]
    }
    #expect(
      try weight(.fixed(bits: 12, radix: -1), .tensor, WeightContents(values: Storage(codes)))
        .floats()
        == [0, 2, -4096, 4094, 0, 0, 0, 0])
    let numbers: [Float] = [1, -2, 0.5, 0, 3, 4, 5, 6]
    let half = WeightContents(values: try ElementType.float16.elements(of: numbers))
    #expect(try weight(.narrow(.float16), .tensor, half).floats() == numbers)
  }

  @Test("part after part, and all at once, are the same")
  func streaming() throws {
    let contents = WeightContents(
      mask: Storage([0b1110_0111]), values: Storage([0, 1, 2, 0, 1, 2]), scales: try floats([2, 3]))
    let weight = try weight(.ternary, .tensor, support: .unstructured, contents)
    var bytes: [UInt8] = []
    try weight.forEachDecodedPart { bytes += Array(copying: $0) }
    #expect(bytes == (try weight.decoded().copied()))
  }

  @Test("streams that do not fit are errors")
  func errors() throws {
    #expect(throws: TensorError.self) {
      try weight(
        .ternary, .tensor, WeightContents(values: Storage([0, 1]), scales: floats([1, 1]))
      ).floats()
    }
    #expect(throws: TensorError.self) {
      let codes = Storage([UInt8](repeating: 3, count: 8))
      return try weight(.ternary, .tensor, WeightContents(values: codes, scales: floats([1, 1])))
        .floats()
    }
    #expect(throws: TensorError.self) {
      let codes = Storage([UInt8](repeating: 0, count: 8))
      return try weight(.binary, .channel, WeightContents(values: codes, scales: floats([1])))
        .floats()
    }
  }
}
