import PressFile
public import PressTensor

/// What the scores in a network's output mean.
public enum ScoreKind: String, Hashable, Sendable, CaseIterable {
  /// Anything: a softmax makes them probabilities.
  case logits
  /// Probabilities, as a softmax gives them.
  case probabilities
  /// Logarithms of probabilities.
  case log
}

/// How often a network is right, and how sure of it.
///
/// Examples are added in order and one by one, in double precision: the result does not depend on
/// how they are grouped into batches.
public struct Classification: Sendable {
  /// The number of classes.
  public let classes: Int
  /// What the scores mean.
  public let kind: ScoreKind
  /// The examples so far.
  public private(set) var examples = 0
  private var right = 0
  private var rightInFive = 0
  private var totalLoss = 0.0

  /// No examples yet.
  public init(classes: Int, kind: ScoreKind) {
    precondition(classes > 0, "there is at least one class")
    self.classes = classes
    self.kind = kind
  }

  /// The number of classes in an output of shape (N, C) or (N, C, 1, ...).
  public static func classCount(of shape: Shape) throws(DatasetError) -> Int {
    guard shape.rank >= 2, shape.dimensions[1] > 0,
      shape.dimensions.dropFirst(2).allSatisfy({ $0 == 1 })
    else { throw .outputShape(found: shape) }
    return shape.dimensions[1]
  }

  /// Takes in examples: scores of shape (N, classes), of which the first `labels.count` rows count.
  public mutating func add(_ scores: [Float], labels: [Int]) throws(DatasetError) {
    precondition(scores.count >= labels.count * classes, "each label has a row of scores")
    for (index, label) in labels.enumerated() {
      guard label >= 0, label < classes else {
        throw .label(label, classes: classes, example: examples)
      }
      let row = scores[(index * classes)..<((index + 1) * classes)]
      examples += 1
      if let rank = Self.rank(of: label, in: row) {
        if rank == 0 { right += 1 }
        if rank < 5 { rightInFive += 1 }
      }
      totalLoss += loss(row, label)
    }
  }

  /// The share of examples whose largest score is the label's; `nil` without examples.
  public var accuracy: Double? { examples == 0 ? nil : Double(right) / Double(examples) }

  /// The share of examples with the label among the five largest; `nil` below six classes.
  public var top5: Double? {
    examples == 0 || classes < 6 ? nil : Double(rightInFive) / Double(examples)
  }

  /// The mean cross-entropy in natural units; `nil` without examples.
  public var loss: Double? { examples == 0 ? nil : totalLoss / Double(examples) }

  /// The index of the largest score, the lowest of several; `nil` if any is not a number.
  public static func prediction<Score: BinaryFloatingPoint>(
    _ scores: ArraySlice<Score>
  ) -> Int? {
    guard var best = scores.first else { return nil }
    var place = 0
    for (index, score) in scores.enumerated() {
      if score.isNaN { return nil }
      if score > best {
        best = score
        place = index
      }
    }
    return place
  }

  /// How many scores come before the label's; `nil` if any is not a number.
  private static func rank(of label: Int, in row: ArraySlice<Float>) -> Int? {
    let own = row[row.startIndex + label]
    var rank = 0
    for (index, score) in row.enumerated() {
      if score.isNaN { return nil }
      if score > own || score == own && index < label { rank += 1 }
    }
    return rank
  }

  private func loss(_ row: ArraySlice<Float>, _ label: Int) -> Double {
    let own = Double(row[row.startIndex + label])
    switch kind {
    case .log: return -own
    case .probabilities: return own.isNaN ? own : -PressFile.log(max(own, 1e-12))
    case .logits:
      var largest = -Double.infinity
      for score in row { largest = max(largest, Double(score)) }
      var sum = 0.0
      for score in row { sum += PressFile.exp(Double(score) - largest) }
      return PressFile.log(sum) - (own - largest)
    }
  }
}
