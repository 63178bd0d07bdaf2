import Press
import PressTestSupport
import Testing

@Suite("Pipelines in Swift") struct PipelineTests {
  static let lenet = ReadmeTests.models + "lenet-300-100.onnx"

  @Test("A pipeline does what its passes do one after the other")
  func order() throws {
    let folder = TemporaryFolder()
    let small = try Pipeline {
      Prune(ratio: 0.9)
      Encode(.huffman)
    }.run(on: Model(contentsOf: Self.lenet))
    try small.write(to: folder.file("pipeline.bin"))

    let context = PassContext()
    let pruned = try Prune(ratio: 0.9).apply(to: Model(contentsOf: Self.lenet), context).model
    let coded = try Encode(coding: .huffman).apply(to: pruned, context).model
    try coded.write(to: folder.file("passes.bin"))
    let first = try Container(contentsOf: folder.file("pipeline.bin"))
    #expect(try first.hasSameBytes(as: Container(contentsOf: folder.file("passes.bin"))))
  }

  @Test("A recipe is the same pipeline, with its seed")
  func recipe() throws {
    let recipe = try Recipe(
      "{version: 1, seed: 5, passes: [prune: {ratio: 0.5}, densify, encode: {coding: raw}]}")
    let pipeline = Pipeline(seed: 5) {
      Prune(ratio: 0.5)
      Densify()
      Encode(.raw)
    }
    let model = try Model(contentsOf: Self.lenet)
    let (first, second) = (try Pipeline(recipe).run(on: model), try pipeline.run(on: model))
    #expect(first.history == second.history)
    #expect(first.history.passes.map(\.seed) == [5, 5, 5])
    for (a, b) in zip(first.weights, second.weights) {
      #expect(try a.decoded().copied() == b.decoded().copied())
    }
  }

  @Test("Passes may depend on conditions and loops")
  func builder() throws {
    func names(_ isCoded: Bool, _ ratios: [Double]) -> [String] {
      Pipeline {
        for ratio in ratios { Prune(ratio: ratio) }
        if isCoded { Encode(.auto) }
        if ratios.isEmpty { Densify() } else { Encode(.raw) }
      }.passes.map { type(of: $0).name }
    }
    #expect(names(true, [0.1, 0.2]) == ["prune", "prune", "encode", "encode"])
    #expect(names(false, []) == ["densify"])
  }

  @Test("All options are checked before the first pass runs")
  func checked() throws {
    let model = try Model(contentsOf: Self.lenet)
    let pipeline = Pipeline {
      Encode(layers: ["no layer of that name"])
      Prune(ratio: 2)
    }
    #expect(throws: PassError.option(name: "ratio", expected: "0 to 1", found: "2.0")) {
      try pipeline.run(on: model)
    }
  }

  @Test("The error of a weight is what its definition says")
  func weightError() throws {
    func weight(_ floats: [Float]) throws -> Weight {
      try Weight(
        id: WeightID(1), name: "w", elementType: .float32, shape: Shape([floats.count]),
        dense: ElementType.float32.elements(of: floats))
    }
    let error = try WeightError(weight([1, 2, 0]), from: weight([1, 4, 3]))
    #expect(error?.relative == 13.0 / 26 && error?.largestRelative == 0.75)
    #expect(abs((error?.signalToNoise ?? 0) - 3.0103) < 1e-4)
    let same = try WeightError(weight([1, .infinity]), from: weight([1, .infinity]))
    #expect(same?.relative == 0 && same?.signalToNoise == nil)
    #expect(try WeightError(weight([1, 2]), from: weight([1])) == nil)
  }
}
