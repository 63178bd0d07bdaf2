import Foundation
import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("Share: options and bad input") struct ShareOptionTests {
  @Test("Results are the same for any number of threads, and each time they are asked for")
  func deterministic() throws {
    let matrix = ClusteringTests.normal(70_000, seed: 1)
    for start in [Share.Initialization.optimal, .random] {
      for granularity in [Granularity.tensor, .channel] {
        let pass = Share(bits: 3, granularity: granularity, initialization: start)
        let results = try [1, 2, 5].map { threads in
          try ShareTests.apply(pass, matrix, columns: 500, threads: threads, seed: 9)
        }
        let contents = try results.map { try $0.model.weights[0].contents() }
        for (result, other) in zip(results, contents).dropFirst() {
          #expect(result.layers == results[0].layers)
          #expect(other.values.copied() == contents[0].values.copied())
          #expect(other.codebook?.copied() == contents[0].codebook?.copied())
        }
        let again = try results[0].model.weights[0].contents()
        #expect(again.values.copied() == contents[0].values.copied())
      }
    }
  }

  @Test("Random starts go with the seed and the layer")
  func seeds() throws {
    let matrix = ClusteringTests.normal(5000, seed: 2)
    let pass = Share(bits: 6, initialization: .random)
    let model = try PruneTests.model([matrix, matrix], columns: 50)
    func codebooks(_ seed: UInt64) throws -> [[UInt8]?] {
      try pass.apply(to: model, PassContext(seed: seed)).model.weights
        .map { try $0.contents().codebook?.copied() }
    }
    let first = try codebooks(1)
    #expect(try codebooks(1) == first)
    #expect(first[0] != first[1])
    #expect(try codebooks(2)[0] != first[0])
  }

  @Test("Elements that are not finite are an error that names the tensor")
  func notFinite() throws {
    for value in [Float.nan, .infinity, -.infinity] {
      var matrix = ClusteringTests.normal(100, seed: 3)
      matrix[50] = value
      let error = #expect(throws: PassError.self) {
        try ShareTests.apply(Share(), matrix, columns: 10)
      }
      #expect(error?.description == "weight 'w0', expected finite elements, found \(Double(value))")
    }
  }

  @Test("A layer that would grow is declined, and so is one that isn't floating-point")
  func declined() throws {
    let small = try ShareTests.apply(Share(bits: 4), [1, 2, 3, 4, 5, 6], columns: 3)
    #expect(small.layers.map(\.isChanged) == [false])
    #expect(small.model.weights[0].values == .plain)
    #expect(small.layers[0].reason.contains("not less than 24"))
    // Rows of 16 columns with 16 entries each are larger than the elements; those of 200 are not.
    let pass = Share(bits: 4, granularity: .channel)
    let matrix = ClusteringTests.normal(400, seed: 4)
    #expect(try !ShareTests.apply(pass, matrix, columns: 16).layers[0].isChanged)
    #expect(try ShareTests.apply(pass, matrix, columns: 200).layers[0].isChanged)
    var model = try PruneTests.model([matrix], columns: 20)
    model.weights.append(
      try Weight(
        id: WeightID(7), name: "table", elementType: .int8, shape: Shape([2, 2]),
        dense: Storage([1, 2, 3, 4])))
    let mixed = try Share(layers: ["w0", "table"]).apply(to: model, PassContext())
    #expect(mixed.layers.map(\.isChanged) == [true, false])
    #expect(mixed.layers[1].reason.contains("int8"))
    model.weights.removeFirst()
    #expect(throws: PassError.self) {
      try Share(layers: ["table"]).apply(to: model, PassContext())
    }
  }

  @Test("Empty weights, supports without elements and constants are declined")
  func empty() throws {
    func result(_ weight: Weight) throws -> LayerOutcome? {
      try Share().apply(to: Model(graph: nil, weights: [weight]), PassContext()).layers.first
    }
    let none = try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: Shape([0, 5]), dense: .empty)
    #expect(try result(none)?.isChanged == false)
    let pruned = Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([2, 8]),
      support: .unstructured,
      source: LoadedWeight(WeightContents(mask: Storage([0, 0]), values: .empty)))
    #expect(try result(pruned)?.isChanged == false)
    let ones = try Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: Shape([2, 8]),
      repeating: [0, 0, 0x80, 0x3F])
    #expect(try result(ones)?.isChanged == false)
  }

  @Test("Options out of range and patterns without a match are refused")
  func refused() throws {
    for bits in [0, 9, -1] { #expect(throws: PassError.self) { try Share(bits: bits).check() } }
    #expect(throws: PassError.self) { try Share(granularity: .group(0)).check() }
    #expect(throws: PassError.self) {
      try Share(overrides: [Override(layers: ["*"], bits: 12)]).check()
    }
    #expect(throws: PassError.self) {
      try Share(overrides: [Override(layers: ["*"], ratio: 0.5)]).check()
    }
    for name in ["group:0", "group:-1", "group:x", "row", ""] {
      #expect(Granularity(name: name) == nil)
    }
    #expect(throws: GraphError.self) {
      try Share(layers: ["none*"]).apply(
        to: PruneTests.model([[1, 2]], columns: 2), PassContext())
    }
  }

  @Test("Overrides change the bits of the layers that they match")
  func overrides() throws {
    let matrix = ClusteringTests.normal(4000, seed: 5)
    let model = try PruneTests.model([matrix, matrix, matrix], columns: 40)
    let pass = Share(
      bits: 4, overrides: [Override(layers: ["w*"], bits: 2), Override(layers: ["w1"], bits: 6)])
    let values = try pass.apply(to: model, PassContext()).model.weights.map(\.values)
    #expect(values == [.codebook(bits: 2), .codebook(bits: 6), .codebook(bits: 2)])
  }

  @Test("Options are written by their long names, and missing ones have their defaults")
  func coding() throws {
    let pass = Share(
      bits: 3, granularity: .group(64), initialization: .density, codebook: .half, skip: ["x"],
      overrides: [Override(layers: ["a"], bits: 5)])
    let model = try PruneTests.model([ClusteringTests.normal(256, seed: 6)], columns: 64)
    var plain = pass
    (plain.skip, plain.overrides) = ([], [])
    let record = try plain.apply(to: model, PassContext()).model.history.passes.first
    #expect(record?.name == "share")
    #expect(
      record?.options == #"{"bits":3,"codebook":"half","granularity":"group:64","init":"density"}"#)
    let data = try JSONEncoder().encode(pass)
    let back = try JSONDecoder().decode(Share.self, from: data)
    #expect(back.granularity == .group(64) && back.initialization == .density)
    #expect(back.overrides == pass.overrides && back.skip == ["x"] && back.codebook == .half)
    let defaults = try JSONDecoder().decode(Share.self, from: Data("{}".utf8))
    #expect(defaults.bits == 4 && defaults.granularity == .tensor && defaults.codebook == .full)
    #expect(throws: PassError.self) {
      try JSONDecoder().decode(Share.self, from: Data(#"{"granularity":"rows"}"#.utf8))
    }
  }
}
