import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("Densify") struct DensifyTests {
  /// A masked 2x4 tensor, or its transpose seen by rows; five elements are stored.
  private func weight(
    _ values: Values, _ granularity: Granularity = .tensor, isTransposed: Bool = false,
    _ contents: WeightContents
  ) throws -> Weight {
    let rows = MatrixView(
      rows: [StridedAxis(size: 2, stride: isTransposed ? 1 : 4)],
      columns: [StridedAxis(size: 4, stride: isTransposed ? 2 : 1)])
    var contents = contents
    contents.mask = Storage([0b0101_1101])
    return Weight(
      id: WeightID(1), name: "w", elementType: .float32,
      shape: try Shape(isTransposed ? [4, 2] : [2, 4]), support: .unstructured, values: values,
      granularity: granularity, view: rows, source: LoadedWeight(contents))
  }

  private func floats(_ numbers: [Float]) throws -> Storage {
    try ElementType.float32.elements(of: numbers)
  }

  /// Every form of values, by what it stores for five elements.
  private func forms(isTransposed: Bool) throws -> [Weight] {
    let codes = Storage([0, 1, 1, 0, 1])
    var wide: [UInt8] = []
    for code in [2048, 2049, 0, 4095, 300] as [UInt16] {
      wide += [UInt8(truncatingIfNeeded: code), UInt8(code >> 8)]
    }
    func make(_ values: Values, _ contents: WeightContents) throws -> Weight {
      try make(values, .tensor, contents)
    }
    func make(
      _ values: Values, _ granularity: Granularity, _ contents: WeightContents
    ) throws -> Weight {
      try weight(values, granularity, isTransposed: isTransposed, contents)
    }
    return [
      try make(.plain, WeightContents(values: try floats([1, -2, 3, -0.0, 5]))),
      try make(
        .narrow(.bfloat16),
        WeightContents(values: try ElementType.bfloat16.elements(of: [1, -2, 3, 4, 5]))),
      try make(
        .codebook(bits: 1), .channel,
        WeightContents(values: codes, codebook: try floats([1, 2, 0, 4]))),
      try make(
        .codebook(bits: 1), .group(3),
        WeightContents(values: codes, codebook: try floats([0, 2, 0, 4, 7, 0, 0, 9]))),
      try make(.codebook(bits: 0), WeightContents(values: .empty, codebook: try floats([3]))),
      try make(.fixed(bits: 6, radix: 2), WeightContents(values: Storage([0, 63, 32, 31, 40]))),
      try make(.fixed(bits: 12, radix: 4), WeightContents(values: Storage(wide))),
      try make(
        .affine(bits: 4), .channel,
        WeightContents(
          values: Storage([0, 15, 9, 1, 2]), scales: try floats([0.5, 2]),
          zeroPoints: Storage([3, 9]))),
      try make(
        .affine(bits: 8),
        WeightContents(values: Storage([0, 255, 9, 1, 2]), scales: try floats([1]))
      ),
      try make(
        .ternary, .channel,
        WeightContents(values: Storage([0, 1, 2, 0, 2]), scales: try floats([1, 2, 3, 4]))),
      try make(
        .binary, .group(2), WeightContents(values: codes, scales: try floats([1, 2, 3, 4]))),
    ]
  }

  @Test(
    "Every form of values decodes to the same bits without its support", arguments: [false, true])
  func forms(_ isTransposed: Bool) throws {
    for weight in try forms(isTransposed: isTransposed) {
      let model = Model(graph: nil, weights: [weight])
      let result = try Densify().apply(to: model, PassContext())
      let dense = result.model.weights[0]
      #expect(result.layers.map(\.isChanged) == [true])
      #expect(dense.support == .dense && dense.id == weight.id, "\(weight.values)")
      let contents = try dense.contents()
      #expect(contents.mask == nil)
      #expect(try dense.decoded().copied() == weight.decoded().copied(), "\(weight.values)")
      // Codes stay codes.
      #expect((dense.values == .plain) == (weight.values == .plain))
      #expect(dense.values == .plain || dense.granularity == weight.granularity)
    }
  }

  @Test("A codebook with a zero keeps its size; one without gets one more entry")
  func entries() throws {
    let forms = try forms(isTransposed: false)
    let dense = try forms.map { try DensifiedWeight.weight($0) }
    #expect(dense[2]?.values == .codebook(bits: 2))
    #expect(try dense[2]?.contents().codebook?.byteCount == 6 * 4)
    #expect(dense[3]?.values == .codebook(bits: 1))
    #expect(dense[4]?.values == .codebook(bits: 1))
    #expect(dense[10]?.values == .ternary)
  }

  @Test("A full codebook without a zero is left as it is, with the reason")
  func full() throws {
    let contents = WeightContents(
      values: Storage([0, 255, 1, 2, 3]), codebook: try floats((1...256).map(Float.init)))
    let weight = try weight(.codebook(bits: 8), .tensor, contents)
    let result = try Densify().apply(
      to: Model(graph: nil, weights: [weight]), PassContext())
    #expect(result.layers.map(\.isChanged) == [false])
    #expect(result.layers[0].reason.contains("256 entries"))
    #expect(result.model.weights[0].support == .unstructured)
  }

  @Test("Dense weights are declined, patterns choose, the history says so")
  func selection() throws {
    let model = try PruneTests.model([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2]], columns: 2)
    let pruned = try Prune(ratio: 0.7).apply(to: model, PassContext()).model
    let result = try Densify(layers: ["w*"]).apply(to: pruned, PassContext())
    for (before, after) in zip(pruned.weights, result.model.weights) {
      #expect(after.support == .dense)
      #expect(try after.decoded().copied() == before.decoded().copied())
    }
    #expect(result.model.history.passes.map(\.name) == ["prune", "densify"])
    #expect(result.model.history.passes.last?.options == #"{"layers":["w*"]}"#)
    #expect(throws: GraphError.self) {
      try Densify(layers: ["x*"]).apply(to: model, PassContext())
    }
  }
}
