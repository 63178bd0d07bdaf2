extension Prune {
  /// What n counts.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// All selected weights together.
    case global
    /// Each weight by itself.
    case layer
  }

  /// What makes elements, blocks or filters the first to go.
  public enum Criterion: String, Codable, Sendable, CaseIterable {
    /// A small |w|; of blocks and filters, a small sum of |w|.
    case magnitude
    /// Of filters, a small sum of |w| (Li et al. 2016, 1608.08710).
    case l1Filter = "l1-filter"
    /// Of filters, a small sum of w^2.
    case l2Filter = "l2-filter"
    /// Of filters, a small |scale| in the batch normalization behind them (Liu et al. 2017,
    /// 1708.06519).
    case batchNormalizationScale = "bn-scale"
  }

  /// What the ratio is a share of.
  public enum Share: String, Codable, Sendable, CaseIterable {
    /// The filters of each layer.
    case filters
    /// The model's floating-point elements.
    case parameters
    /// The model's multiply-accumulates for one example.
    case macs
    /// The bytes of the model's constants before they are coded.
    case bytes
  }
}

extension Prune: Codable {
  private enum Key: String, CodingKey {
    case ratio, scope, pattern, criterion, greedy, layers, skip, overrides
    case ratioOf = "ratio-of"
  }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    try self.init(
      ratio: values.decodeIfPresent(Double.self, forKey: .ratio),
      scope: values.decodeIfPresent(Scope.self, forKey: .scope),
      pattern: values.decodeIfPresent(Pattern.self, forKey: .pattern),
      criterion: values.decodeIfPresent(Criterion.self, forKey: .criterion),
      ratioOf: values.decodeIfPresent(Share.self, forKey: .ratioOf),
      greedy: values.decodeIfPresent(Bool.self, forKey: .greedy) ?? false,
      layers: values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: values.decodeIfPresent([String].self, forKey: .skip) ?? [],
      overrides: values.decodeIfPresent([Override].self, forKey: .overrides) ?? [])
  }

  /// Writes the options; what the pattern alone decides is left out, and so are empty lists.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encodeIfPresent(ratio, forKey: .ratio)
    if pattern == .unstructured || pattern.isBlock { try values.encode(scope, forKey: .scope) }
    if pattern != .unstructured { try values.encode(pattern, forKey: .pattern) }
    if pattern == .filter {
      try values.encode(criterion, forKey: .criterion)
      try values.encode(ratioOf, forKey: .ratioOf)
      if greedy { try values.encode(greedy, forKey: .greedy) }
    }
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
    if !overrides.isEmpty { try values.encode(overrides, forKey: .overrides) }
  }
}

extension Prune.Pattern {
  fileprivate var isBlock: Bool {
    if case .blocks = self { true } else { false }
  }
}
