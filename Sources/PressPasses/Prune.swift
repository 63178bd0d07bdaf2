public import PressGraph
import PressTensor

/// Removes the smallest weights, singly, in patterns, or as whole filters.
///
/// Magnitude pruning (Han et al. 2015, 1506.02626). Before: any weights. After: exactly
/// max(zeros already there, floor(ratio * n)) of n selected elements are 0, smallest magnitude
/// first, ties by tensor order and then by flat index; stored under an unstructured support where
/// that is smaller. With blocks the same is true of blocks, by the sum of magnitudes. N:M and
/// balanced keep the largest of each group of columns. Values that stay are not touched: codes,
/// codebooks and scales stay what they are.
///
/// The pattern `filter` removes rows for good (Li et al. 2016, 1608.08710), and everything in the
/// network that belongs to them.
public struct Prune: Pass {
  /// The pass's name.
  public static let name = "prune"

  /// The share that is to be 0 or removed, from 0 to 1; `nil` where the pattern says it.
  public let ratio: Double?
  /// What the share is of: all selected weights together, or each.
  ///
  /// Groups and filters are always counted in each layer.
  public let scope: Scope
  /// Which elements go together.
  public let pattern: Pattern
  /// Which go first.
  public let criterion: Criterion
  /// What the ratio of filters counts.
  public let ratioOf: Share
  /// Whether inputs that are gone already no longer count in a filter's sum.
  public let greedy: Bool
  /// Patterns of the layers to prune; empty means all weights.
  public let layers: [String]
  /// Patterns of the layers to leave alone.
  public let skip: [String]
  /// Other ratios for some of the layers, which are then counted by themselves.
  public let overrides: [Override]

  /// Options; `nil` is the default.
  ///
  /// By default the pattern is unstructured, or filter with a criterion of filters; the scope
  /// global, or layer with filters; the criterion magnitude, or l1-filter with filters.
  public init(
    ratio: Double? = nil, scope: Scope? = nil, pattern: Pattern? = nil,
    criterion: Criterion? = nil, ratioOf: Share? = nil, greedy: Bool = false,
    layers: [String] = [], skip: [String] = [], overrides: [Override] = []
  ) {
    let isOfFilters = criterion.map { $0 != .magnitude } ?? false
    self.pattern = pattern ?? (isOfFilters ? .filter : .unstructured)
    self.scope = scope ?? (self.pattern == .filter ? .layer : .global)
    self.criterion =
      self.pattern == .filter && !isOfFilters ? .l1Filter : criterion ?? .magnitude
    self.ratioOf = ratioOf ?? .filters
    self.ratio = ratio
    self.greedy = greedy
    self.layers = layers
    self.skip = skip
    self.overrides = overrides
  }

  /// Prunes the selected weights.
  ///
  /// - Throws: `GraphError` for a pattern without a match, `PassError` where nothing can be pruned
  ///   or a share is out of reach, or whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    try check()
    let targets = try Targets(
      model, layers: layers, skip: skip, overrides: overrides, default: .weights)
    var result =
      pattern == .filter
      ? try FilterPruning(self, model, targets).result(context)
      : try WeightPruning(self, model, targets).result(context)
    try result.model.record(self, context)
    return result
  }

  /// Refuses ratios that are no shares, and options that do not go with the pattern.
  public func check() throws(PassError) {
    try Override.check(
      overrides, allowed: pattern.statesRatio ? [] : ["ratio"], pass: Self.name)
    for value in [ratio].compactMap({ $0 }) + overrides.compactMap(\.ratio) {
      guard value >= 0, value <= 1 else {
        throw .option(name: "ratio", expected: "0 to 1", found: "\(value)")
      }
    }
    if pattern.statesRatio {
      guard ratio == nil else {
        throw .option(
          name: "ratio", expected: "none with the pattern \(pattern)", found: "\(ratio ?? 0)")
      }
    } else if ratio == nil {
      throw .option(name: "ratio", expected: "0 to 1", found: "none")
    }
    guard pattern != .filter else {
      guard scope != .global else {
        throw .option(name: "scope", expected: "layer with filters", found: "global")
      }
      return
    }
    for (name, isGiven) in [
      ("criterion", criterion != .magnitude), ("greedy", greedy), ("ratio-of", ratioOf != .filters),
    ] where isGiven {
      throw .option(
        name: name, expected: "the pattern filter with it", found: "the pattern \(pattern)")
    }
  }
}
