/// How far a network's outputs are from float targets; examples are added in order.
public struct Regression: Sendable {
  /// The examples so far.
  public private(set) var examples = 0
  private var elements = 0
  private var squares = 0.0
  private var cosines = 0.0

  /// No examples yet.
  public init() {}

  /// Takes in `count` examples; outputs beyond those that have targets do not count.
  public mutating func add(
    _ outputs: [Float], targets: [Float], count: Int
  ) throws(DatasetError) {
    guard count > 0 else { return }
    guard outputs.count >= targets.count, targets.count % count == 0 else {
      throw .targetCount(expected: targets.count, found: outputs.count)
    }
    let size = targets.count / count
    for example in 0..<count {
      let range = (example * size)..<((example + 1) * size)
      for index in range {
        let difference = Double(outputs[index]) - Double(targets[index])
        squares += difference * difference
      }
      cosines += Self.cosine(outputs[range], targets[range])
    }
    examples += count
    elements += targets.count
  }

  /// The mean squared difference over all elements; `nil` without any.
  public var meanSquaredError: Double? { elements == 0 ? nil : squares / Double(elements) }

  /// The mean over the examples of the cosine between output and target; `nil` without examples.
  public var cosine: Double? { examples == 0 ? nil : cosines / Double(examples) }

  /// The cosine of the angle between two vectors: 1 if both are zero, 0 if only one is.
  public static func cosine(_ first: ArraySlice<Float>, _ second: ArraySlice<Float>) -> Double {
    var product = 0.0
    var firstSquares = 0.0
    var secondSquares = 0.0
    for (a, b) in zip(first, second) {
      product += Double(a) * Double(b)
      firstSquares += Double(a) * Double(a)
      secondSquares += Double(b) * Double(b)
    }
    if firstSquares == 0 || secondSquares == 0 { return firstSquares == secondSquares ? 1 : 0 }
    return product / (firstSquares.squareRoot() * secondSquares.squareRoot())
  }
}
