import Foundation
import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("Quantize: options and bad input") struct QuantizeOptionTests {
  @Test("Results are the same for any number of threads, and each time they are asked for")
  func deterministic() throws {
    let matrix = QuantizeTests.numbers(300_000, seed: 1)
    let passes = [
      Quantize(granularity: .tensor, method: .mse), Quantize(bits: 4, granularity: .group(32)),
      Quantize(to: .ternary), Quantize(to: .binary, granularity: .tensor),
      Quantize(to: .fixed, bits: 12, method: .mse), Quantize(to: .fp16),
    ]
    for pass in passes {
      let contents = try [1, 2, 5].map { threads in
        try QuantizeTests.apply(pass, matrix, columns: 600, threads: threads)
          .model.weights[0].contents()
      }
      for other in contents.dropFirst() {
        #expect(other.values.copied() == contents[0].values.copied())
        #expect(other.scales?.copied() == contents[0].scales?.copied())
      }
    }
  }

  @Test("The rows of a transposed weight are its output channels, under a support too")
  func transposed() throws {
    let (rows, columns) = (12, 30)
    let matrix = QuantizeTests.numbers(rows * columns, seed: 2)
    let transposed = (0..<columns).flatMap { column in
      (0..<rows).map { matrix[$0 * columns + column] }
    }
    func model(_ numbers: [Float], _ shape: [Int], isTransposed: Bool) throws -> Model {
      let weight = try Weight(
        id: WeightID(1), name: "w", elementType: .float32, shape: Shape(shape),
        dense: ElementType.float32.elements(of: numbers))
      var product = Gemm(opset: 13)
      product.transB = isTransposed
      let inner = columns
      let graph = Graph(
        inputs: [ValueInfo(name: "x", type: .tensor(.float32, [.known(1), .known(inner)]))],
        outputs: [ValueInfo(name: "y", type: .tensor(.float32, [.known(1), .known(rows)]))],
        constants: [ConstantBinding(name: "w", weight: WeightID(1))],
        nodes: [Node(inputs: ["x", "w"], outputs: ["y"], operation: .gemm(product))])
      return Model(
        graph: graph, weights: [weight],
        metadata: ModelMetadata(opsets: [Opset(domain: "", version: 13)]))
    }
    for ratio in [0, 0.7] {
      let results = try [
        model(matrix, [rows, columns], isTransposed: true),
        model(transposed, [columns, rows], isTransposed: false),
      ].map { model in
        let pruned = try Prune(ratio: ratio).apply(to: model, PassContext()).model
        return try Quantize(bits: 5).apply(to: pruned, PassContext()).model.weights[0]
      }
      #expect(results.allSatisfy { $0.values == .affine(bits: 5) })
      let (plain, other) = (try results[0].floats(), try results[1].floats())
      for row in 0..<rows {
        for column in 0..<columns {
          #expect(plain[row * columns + column] == other[column * rows + row])
        }
      }
      let scales = try results.map { try $0.contents().scales?.copied() }
      #expect(scales[0] == scales[1])
    }
  }

  @Test("Half and double precision weights keep their type")
  func types() throws {
    let numbers = QuantizeTests.numbers(400, seed: 3)
    for type in [ElementType.float16, .bfloat16, .float64] {
      let weight = try Weight(
        id: WeightID(1), name: "w", elementType: type, shape: Shape([10, 40]),
        dense: type.elements(of: numbers))
      let model = Model(graph: nil, weights: [weight])
      let result = try Quantize().apply(to: model, PassContext()).model.weights[0]
      #expect(result.elementType == type && result.values == .affine(bits: 8))
      for (found, number) in zip(try result.floats(), numbers) {
        #expect((found - number).magnitude <= 0.02)
      }
    }
  }

  @Test("Elements that are not finite are an error that names the tensor")
  func notFinite() throws {
    for value in [Float.nan, .infinity, -.infinity] {
      for form in Quantize.Form.allCases {
        var matrix = QuantizeTests.numbers(1000, seed: 4)
        matrix[700] = value
        let error = #expect(throws: PassError.self) {
          try QuantizeTests.apply(Quantize(to: form), matrix, columns: 100)
        }
        #expect(error?.description.hasPrefix("weight 'w0', expected finite elements") == true)
      }
    }
  }

  @Test("A layer of zeros stays zeros; one of equal elements keeps them")
  func uniform() throws {
    for form in Quantize.Form.allCases {
      let zeros = try QuantizeTests.apply(
        Quantize(to: form), [Float](repeating: 0, count: 500), columns: 50)
      #expect(zeros.layers[0].isChanged)
      #expect(try zeros.model.weights[0].floats().allSatisfy { $0 == 0 })
      let halves = try QuantizeTests.apply(
        Quantize(to: form), [Float](repeating: -0.5, count: 500), columns: 50)
      #expect(try halves.model.weights[0].floats().allSatisfy { ($0 + 0.5).magnitude < 1e-6 })
    }
    let tiny = [Float](repeating: 0x1p-140, count: 500)
    let weight = try QuantizeTests.apply(Quantize(), tiny, columns: 50).model.weights[0]
    #expect(try weight.floats().allSatisfy { $0.magnitude <= 1e-38 })
    let huge = (0..<500).map { Float($0 % 2 == 0 ? 3e38 : -3e38) }
    for pass in [Quantize(), Quantize(asymmetric: true), Quantize(to: .fixed, bits: 16)] {
      let found = try QuantizeTests.apply(pass, huge, columns: 50).model.weights[0].floats()
      #expect(zip(huge, found).allSatisfy { ($0 - $1).magnitude <= 3e36 })
    }
  }

  @Test("What would not be smaller, is not floating-point, or is empty, is declined")
  func declined() throws {
    let small = try QuantizeTests.apply(Quantize(), [1], columns: 1)
    #expect(!small.layers[0].isChanged && small.layers[0].reason.contains("not less than 4"))
    #expect(small.model.weights[0].values == .plain)
    var model = try PruneTests.model([QuantizeTests.numbers(100, seed: 5)], columns: 10)
    model.weights.append(
      try Weight(
        id: WeightID(7), name: "table", elementType: .int8, shape: Shape([2, 2]),
        dense: Storage([1, 2, 3, 4])))
    model.weights.append(
      try Weight(
        id: WeightID(8), name: "none", elementType: .float32, shape: Shape([0, 4]), dense: .empty))
    let mixed = try Quantize(layers: ["w0", "table", "none"]).apply(to: model, PassContext())
    #expect(mixed.layers.map(\.isChanged) == [true, false, false])
    #expect(mixed.layers[1].reason.contains("int8"))
  }

  @Test("Options out of range, and ones that the form does not have, are refused")
  func refused() {
    let bad = [
      Quantize(bits: 1), Quantize(bits: 9), Quantize(to: .fixed, bits: 3),
      Quantize(to: .fixed, bits: 17), Quantize(to: .ternary, bits: 2),
      Quantize(granularity: .group(0)), Quantize(to: .fixed, granularity: .channel),
      Quantize(to: .fp16, granularity: .channel), Quantize(to: .binary, asymmetric: true),
      Quantize(twoScales: true), Quantize(overrides: [Override(layers: ["*"], bits: 12)]),
      Quantize(overrides: [Override(layers: ["*"], ratio: 0.5)]),
      Quantize(to: .bf16, overrides: [Override(layers: ["*"], bits: 4)]),
    ]
    for pass in bad {
      #expect(throws: PassError.self) { try pass.check() }
      #expect(throws: PassError.self) {
        try pass.apply(to: PruneTests.model([[1, 2]], columns: 2), PassContext())
      }
    }
    #expect(throws: GraphError.self) {
      try Quantize(layers: ["none*"]).apply(
        to: PruneTests.model([[1, 2]], columns: 2), PassContext())
    }
  }

  @Test("Overrides change bits; options are written by their long names")
  func coding() throws {
    let matrix = QuantizeTests.numbers(400, seed: 6)
    let model = try PruneTests.model([matrix, matrix], columns: 40)
    let mixed = try Quantize(overrides: [Override(layers: ["w1"], bits: 3)])
      .apply(to: model, PassContext()).model.weights.map(\.values)
    #expect(mixed == [.affine(bits: 8), .affine(bits: 3)])
    let pass = Quantize(
      bits: 4, granularity: .group(64), asymmetric: true, method: .mse, skip: ["x"])
    let data = try JSONEncoder().encode(pass)
    let back = try JSONDecoder().decode(Quantize.self, from: data)
    #expect(back.bits == 4 && back.granularity == .group(64) && back.asymmetric)
    #expect(back.method == .mse && back.skip == ["x"] && !back.twoScales)
    let defaults = try JSONDecoder().decode(Quantize.self, from: Data("{}".utf8))
    #expect(defaults.to == .int && defaults.bits == nil && defaults.granularity == nil)
    #expect(throws: PassError.self) {
      try JSONDecoder().decode(Quantize.self, from: Data(#"{"granularity":"rows"}"#.utf8))
    }
    let record = try Quantize(to: .ternary).apply(to: model, PassContext()).model.history.passes
    #expect(record.first?.options == #"{"method":"minmax","to":"ternary"}"#)
  }
}
