import PressCoding
import PressGraph
import PressTensor

/// What a ratio of filters is to save, in parameters, multiply-accumulates or bytes.
struct FilterBudget {
  private let share: Prune.Share
  private let before: Int

  /// Measures the model as it is.
  ///
  /// - Throws: `PassError` where there is nothing to count, as for shapes that are not known.
  init(_ share: Prune.Share, _ model: Model) throws {
    self.share = share
    before = try Self.amount(share, model)
    guard before > 0 else {
      throw PassError.option(
        name: "ratio-of", expected: "a model whose \(share.rawValue) can be counted",
        found: "none, or shapes that are not known")
    }
  }

  /// The share that a smaller model saves.
  func saved(_ model: Model) throws -> Double {
    1 - Double(try Self.amount(share, model)) / Double(before)
  }

  /// The smallest of some ratios, in order, at which at least a share is saved; `nil` if none does.
  func smallest(
    of ratios: [Double], saving share: Double, _ model: (Double) throws -> Model
  ) throws -> (ratio: Double?, best: Double) {
    let best = try ratios.last.map { try saved(model($0)) } ?? 0
    guard best >= share else { return (nil, best) }
    var (low, high) = (0, ratios.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if try saved(model(ratios[middle])) >= share { high = middle } else { low = middle + 1 }
    }
    return (ratios[high], best)
  }

  private static func amount(_ share: Prune.Share, _ model: Model) throws -> Int {
    switch share {
    case .filters: return 0
    case .parameters:
      return model.weights.reduce(0) { sum, weight in
        weight.elementType.isFloatingPoint ? sum &+ weight.shape.count : sum
      }
    case .macs:
      let fixed = model.withSingleExamples()
      return fixed.costs(try fixed.inferShapes()).reduce(0) { $0 &+ ($1.macs ?? 0) }
    case .bytes: return try model.weights.reduce(0) { $0 &+ (try bytes($1)) }
    }
  }

  /// The bytes of a constant's streams before they are coded.
  private static func bytes(_ weight: Weight) throws -> Int {
    if weight.support == .dense, weight.values == .plain,
      let bytes = try weight.elementType.byteCount(weight.shape.count)
    {
      return bytes
    }
    var raw = weight
    raw.coding = .raw
    return try StoredWeight(raw, raw.contents()).byteCount
  }
}
