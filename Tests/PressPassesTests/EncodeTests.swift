import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Encode") struct EncodeTests {
  @Test("No bit of any tensor changes, -0 and NaN included", arguments: Coding.allCases)
  func lossless(coding: Coding) throws {
    var generator = SeededGenerator(seed: 2)
    var matrix = (0..<600).map { _ in
      Bool.random(using: &generator) ? 0 : Float.random(in: -1...1, using: &generator)
    }
    matrix[3] = -0.0
    matrix[4] = .nan
    let model = try PruneTests.model([matrix], columns: 20)
    let coded = try Encode(coding).apply(to: model, PassContext()).model
    #expect(coded.weights[0].support == (coding == .raw ? .dense : .unstructured))
    #expect(coded.weights[0].coding == coding)
    #expect(try coded.weights[0].decoded().copied() == model.weights[0].decoded().copied())
    let raw = try Encode(.raw).apply(to: coded, PassContext()).model
    #expect(raw.weights[0].coding == .raw && raw.weights[0].support == coded.weights[0].support)
  }

  @Test("What would save less than 1 % is declined, and so is what is coded already")
  func declined() throws {
    var generator = SeededGenerator(seed: 3)
    let noise = (0..<4000).map { _ in Float(bitPattern: .random(in: 0...(.max), using: &generator))
    }
    let model = try PruneTests.model([noise], columns: 20)
    let first = try Encode().apply(to: model, PassContext())
    #expect(first.layers.map(\.isChanged) == [false])
    #expect(first.model.weights[0].coding == .raw && first.model.weights[0].support == .dense)
    let few = try PruneTests.model([(0..<4000).map { Float($0 % 7 + 1) }], columns: 20)
    let coded = try Encode().apply(to: few, PassContext())
    #expect(coded.layers.map(\.isChanged) == [true])
    #expect(coded.layers[0].reason.contains("16000 to "), "\(coded.layers[0].reason)")
    let second = try Encode().apply(to: coded.model, PassContext())
    #expect(second.layers.map(\.isChanged) == [false])
    #expect(second.layers[0].reason.hasPrefix("already"), "\(second.layers[0].reason)")
  }

  @Test("Codes for 0 are left out where that is smaller; nothing else changes")
  func zeroCodes() throws {
    var generator = SeededGenerator(seed: 5)
    for values in [Values.ternary, .affine(bits: 4), .codebook(bits: 3), .fixed(bits: 6, radix: 2)]
    {
      let zero: UInt8 = values == .ternary ? 1 : UInt8(1 << ((values.codeBits ?? 1) - 1))
      // Zeros stand together, so that a support costs less than their codes.
      let codes = (0..<4096).map { place in
        place % 1024 < 900 ? zero : UInt8.random(in: 0...2, using: &generator)
      }
      var contents = WeightContents(values: Storage(codes))
      let entries: [Float] = [1, 2, 3, 4, 0, 5, 6, 7]
      if case .codebook = values {
        contents.codebook = try ElementType.float32.elements(of: entries)
      }
      if values == .ternary { contents.scales = try ElementType.float32.elements(of: [1, 2]) }
      if case .affine = values { contents.scales = try ElementType.float32.elements(of: [0.5]) }
      let weight = Weight(
        id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([64, 64]),
        values: values, source: LoadedWeight(contents))
      let model = Model(graph: nil, weights: [weight])
      let coded = try Encode(.huffman).apply(to: model, PassContext())
      #expect(
        coded.model.weights[0].support == .unstructured, "\(values): \(coded.layers[0].reason)")
      #expect(coded.model.weights[0].values == values)
      #expect(
        try coded.model.weights[0].decoded().copied() == weight.decoded().copied(), "\(values)")
    }
  }
}
