import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Encode") struct EncodeTests {
  @Test("No bit of any tensor changes, -0 and NaN included")
  func lossless() throws {
    var generator = SeededGenerator(seed: 2)
    var matrix = (0..<600).map { _ in
      Bool.random(using: &generator) ? 0 : Float.random(in: -1...1, using: &generator)
    }
    matrix[3] = -0.0
    matrix[4] = .nan
    let model = try PruneTests.model([matrix], columns: 20)
    let coded = try Encode().apply(to: model, PassContext()).model
    #expect(coded.weights[0].support == .unstructured && coded.weights[0].coding == .huffman)
    #expect(try coded.weights[0].decoded().copied() == model.weights[0].decoded().copied())
    let raw = try Encode(coding: .raw).apply(to: coded, PassContext()).model
    #expect(raw.weights[0].coding == .raw && raw.weights[0].support == .unstructured)
  }

  @Test("A weight without zeros stays dense, and what is coded already is declined")
  func dense() throws {
    let model = try PruneTests.model([[1, 2, 3, 4]], columns: 2)
    let first = try Encode().apply(to: model, PassContext())
    #expect(first.layers.map(\.isChanged) == [true])
    #expect(first.model.weights[0].support == .dense)
    let second = try Encode().apply(to: first.model, PassContext())
    #expect(second.layers.map(\.isChanged) == [false])
  }
}
