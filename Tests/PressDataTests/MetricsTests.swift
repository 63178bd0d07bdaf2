import PressData
import PressFile
import PressTensor
import PressTestSupport
import Testing

@Suite("Metrics")
struct MetricsTests {
  private func score(
    _ rows: [[Float]], _ labels: [Int], _ kind: ScoreKind = .logits
  ) throws -> Classification {
    var score = Classification(classes: rows[0].count, kind: kind)
    try score.add(rows.flatMap { $0 }, labels: labels)
    return score
  }

  @Test("The prediction is the largest score, the lowest index of equal ones, never NaN")
  func prediction() {
    #expect(Classification.prediction([1, 3, 2]) == 1)
    #expect(Classification.prediction([2, 2, 2]) == 0)
    #expect(Classification.prediction([-Float.infinity, -.infinity]) == 0)
    #expect(Classification.prediction([0, -0.0]) == 0)
    #expect(Classification.prediction([1, Float.nan, 2]) == nil)
    #expect(Classification.prediction([Float.nan, 1]) == nil)
    #expect(Classification.prediction(ArraySlice<Float>()) == nil)
    let slice = [Float](arrayLiteral: 9, 1, 3)[1...]
    #expect(Classification.prediction(slice) == 1)
  }

  @Test("Accuracy counts ties for the lower index only, and NaN as wrong")
  func accuracy() throws {
    let rows: [[Float]] = [[1, 3, 2], [2, 2, 0], [2, 2, 0], [1, .nan, 2], [5, .nan, 2]]
    #expect(try score(rows, [1, 0, 1, 2, 1]).accuracy == 2.0 / 5)
    #expect(Classification(classes: 3, kind: .logits).accuracy == nil)
  }

  @Test("Top 5 exists from six classes on and breaks ties by index")
  func top5() throws {
    #expect(try score([[1, 2, 3, 4, 5]], [0]).top5 == nil)
    let tied = [Float](repeating: 1, count: 6)
    for label in 0..<6 { #expect(try score([tied], [label]).top5 == (label < 5 ? 1 : 0)) }
    for label in 0..<6 {
      #expect(try score([[1, 2, 3, 4, 5, 6]], [label]).top5 == (label > 0 ? 1 : 0))
    }
    #expect(try score([[1, 2, 3, 4, 5, .nan]], [4]).top5 == 0)
  }

  @Test("The loss of logits is the cross-entropy of their softmax, even of huge ones")
  func logits() throws {
    let even = try #require(try score([[0, 0, 0, 0]], [2]).loss)
    #expect(abs(even - log(4.0)) < 1e-15)
    let huge = try #require(try score([[1e30, 1e30]], [0]).loss)
    #expect(abs(huge - log(2.0)) < 1e-15)
    let two = try #require(try score([[1, 2], [3, -1]], [0, 0]).loss)
    let expected = (log(1 + exp(1.0)) + log(1 + exp(-4.0))) / 2
    #expect(abs(two - expected) < 1e-15)
    #expect(try score([[.nan, 1]], [1]).loss?.isNaN == true)
  }

  @Test("Probabilities have a floor, logarithms count as they are")
  func otherKinds() throws {
    #expect(try score([[0.25, 0.75]], [0], .probabilities).loss == -log(0.25))
    #expect(try score([[0, 1]], [0], .probabilities).loss == -log(1e-12))
    #expect(try score([[.nan, 1]], [0], .probabilities).loss?.isNaN == true)
    #expect(try score([[-0.5, -1.5]], [1], .log).loss == 1.5)
  }

  @Test("No result depends on how examples are grouped")
  func batches() throws {
    var random = SeededGenerator(seed: 11)
    let rows = (0..<37).map { _ in (0..<7).map { _ in Float.random(in: -3...3, using: &random) } }
    let labels = (0..<37).map { _ in Int.random(in: 0..<7, using: &random) }
    let whole = try score(rows, labels)
    for size in [1, 2, 5, 36] {
      var parts = Classification(classes: 7, kind: .logits)
      for start in stride(from: 0, to: 37, by: size) {
        let range = start..<min(start + size, 37)
        // Rows beyond the labels are padding.
        let padding = [Float](repeating: 9, count: 14)
        try parts.add(rows[range].flatMap { $0 } + padding, labels: Array(labels[range]))
      }
      #expect(parts.accuracy == whole.accuracy)
      #expect(parts.top5 == whole.top5)
      #expect(parts.loss == whole.loss)
      #expect(parts.examples == 37)
    }
  }

  @Test("A label that is no class is an error")
  func labels() throws {
    #expect(throws: DatasetError.label(2, classes: 2, example: 1)) {
      try score([[0, 1], [0, 1]], [0, 2])
    }
    #expect(throws: DatasetError.label(-1, classes: 2, example: 0)) { try score([[0, 1]], [-1]) }
  }

  @Test("Outputs are (N,C) or (N,C,1,...)")
  func shapes() throws {
    for dimensions in [[5, 10], [5, 10, 1], [5, 10, 1, 1]] {
      #expect(try Classification.classCount(of: Shape(dimensions)) == 10)
    }
    for dimensions in [[], [5], [5, 0], [5, 10, 2], [5, 10, 1, 2]] {
      #expect(throws: DatasetError.self) { try Classification.classCount(of: Shape(dimensions)) }
    }
  }

  @Test("Mean squared error is over elements, cosine over examples")
  func regression() throws {
    var regression = Regression()
    #expect(regression.meanSquaredError == nil)
    #expect(regression.cosine == nil)
    try regression.add([1, 2, 3, 4], targets: [1, 0, 3, 4], count: 2)
    #expect(regression.meanSquaredError == 1)
    #expect(regression.cosine == (1 / 5.0.squareRoot() + 1) / 2)
    try regression.add([0, 0, 7], targets: [0, 0], count: 1)
    #expect(regression.examples == 3)
    #expect(regression.meanSquaredError == 4.0 / 6)
    #expect(throws: DatasetError.targetCount(expected: 2, found: 1)) {
      try regression.add([0], targets: [0, 0], count: 1)
    }
  }

  @Test("The cosine of zero vectors is defined")
  func zeroCosine() {
    #expect(Regression.cosine([0, 0], [0, 0]) == 1)
    #expect(Regression.cosine([0, 0], [1, 0]) == 0)
    #expect(Regression.cosine([2, 0], [-3, 0]) == -1)
  }
}
