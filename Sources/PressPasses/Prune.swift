public import PressGraph
import PressTensor

/// Removes the smallest weights: afterwards a given share of the selected elements is 0.
///
/// Magnitude pruning (Han et al. 2015, 1506.02626). Before: any weights. After: exactly
/// max(zeros already there, floor(ratio * n)) of n selected elements are 0, smallest magnitude
/// first, ties by tensor order and then by flat index; stored under an unstructured support where
/// that is smaller. Values that stay are not touched.
public struct Prune: Pass {
  /// What n counts.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// All selected weights together.
    case global
    /// Each weight by itself.
    case layer
  }

  /// The pass's name.
  public static let name = "prune"

  /// The share of elements that are to be 0, from 0 to 1.
  public var ratio: Double
  /// What the share is of.
  public var scope: Scope
  /// Patterns of the layers to prune; empty means all weights.
  public var layers: [String]
  /// Patterns of the layers to leave alone.
  public var skip: [String]

  /// Options.
  public init(
    ratio: Double, scope: Scope = .global, layers: [String] = [], skip: [String] = []
  ) {
    self.ratio = ratio
    self.scope = scope
    self.layers = layers
    self.skip = skip
  }

  /// Refuses a ratio that is no share.
  public func check() throws(PassError) {
    guard ratio >= 0, ratio <= 1 else {
      throw .option(name: "ratio", expected: "0 to 1", found: "\(ratio)")
    }
  }

  /// Prunes the selected weights.
  ///
  /// - Throws: `PassError`, `GraphError` for a pattern without a match, or whatever reading a weight
  ///   throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    try check()
    let targets = try Targets(model, layers: layers, skip: skip, default: .weights)
    var outcomes: [LayerOutcome] = []
    var chosen: [Int] = []
    for index in targets.indices {
      let type = model.weights[index].elementType
      if Magnitude.isDefined(for: type) {
        chosen.append(index)
      } else {
        outcomes.append(targets.outcome(index, false, "elements of type \(type.name)"))
      }
    }
    guard !chosen.isEmpty else {
      throw PassError.nothingToDo(
        pass: Self.name, reason: "expected a weight of floating-point type, found none")
    }
    var result = model
    for group in scope == .global ? [chosen] : chosen.map({ [$0] }) {
      let weights = group.map { model.weights[$0] }
      let count = removed(of: weights.reduce(0) { $0 + $1.shape.count })
      let threshold = try MagnitudeThreshold(count: count, of: weights)
      for (place, index) in group.enumerated() {
        let rule = SparsifiedWeight.Rule.magnitude(
          key: threshold.key, ties: threshold.ties[place])
        let base = model.weights[index]
        let pruned = try SparsifiedWeight.smaller(base, rule, coding: base.coding)
        let was = try base.knownNonzeros ?? base.countNonzeros(in: base.contents())
        let now = try pruned.countNonzeros(in: pruned.contents())
        result.weights[index] = pruned
        result.weights[index].knownNonzeros = now
        outcomes.append(
          targets.outcome(
            index, now != was || pruned.support != base.support,
            "\(was - now) of \(was) non-zeros removed, \(pruned.support.name)"))
        context.progress(outcomes.count, targets.indices.count)
      }
    }
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  /// The number of elements out of `count` that are to be 0.
  private func removed(of count: Int) -> Int {
    min(count, Int((ratio * Double(count)).rounded(.down)))
  }
}

extension Prune {
  private enum Key: String, CodingKey { case ratio, scope, layers, skip }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      ratio: try values.decode(Double.self, forKey: .ratio),
      scope: try values.decodeIfPresent(Scope.self, forKey: .scope) ?? .global,
      layers: try values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: try values.decodeIfPresent([String].self, forKey: .skip) ?? [])
  }

  /// Writes the options; empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(ratio, forKey: .ratio)
    try values.encode(scope, forKey: .scope)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
  }
}
