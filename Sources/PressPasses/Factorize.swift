public import PressGraph
import PressKernels
import PressLinearAlgebra
import PressTensor

/// Writes weights as products of two smaller ones, by singular values.
///
/// Before: linear layers and convolutions with plain weights. After: two layers each, of a rank that
/// energy, number or ratio choose; the bias stays with the second. By channel a convolution becomes
/// one with the same window into `rank` channels and one with a window of 1 (Denil et al. 2013,
/// 1306.0543); spatially one with a window of k x 1 and one of 1 x k (Jaderberg et al. 2014,
/// 1405.3866). Layers that would not shrink, or take more multiply-accumulates, stay.
public struct Factorize: Pass {
  /// How convolutions are split.
  public enum Mode: String, Codable, Sendable, CaseIterable {
    /// The whole window first, then a window of 1.
    case channel
    /// The window's columns first, then its rows.
    case spatial
  }

  /// The pass's name.
  public static let name = "factorize"

  /// The share of the sum of squared singular values that is kept at least, 0 to 1; 0.9 if neither
  /// this nor rank nor ratio is given.
  public var energy: Double?
  /// The rank.
  public var rank: Int?
  /// The share of parameters that is removed at least, 0 to 1.
  public var ratio: Double?
  /// How convolutions are split.
  public var mode: Mode
  /// Patterns of the layers to factorize; empty means all weights.
  public var layers: [String]
  /// Patterns of the layers to leave alone.
  public var skip: [String]
  /// Other ranks, ratios or energies for some layers.
  public var overrides: [Override]

  /// Options: at most one of energy, rank and ratio.
  public init(
    energy: Double? = nil, rank: Int? = nil, ratio: Double? = nil, mode: Mode = .channel,
    layers: [String] = [], skip: [String] = [], overrides: [Override] = []
  ) {
    self.energy = energy
    self.rank = rank
    self.ratio = ratio
    self.mode = mode
    self.layers = layers
    self.skip = skip
    self.overrides = overrides
  }

  /// Refuses shares and ranks that are out of range, and more than one of them.
  public func check() throws(PassError) {
    _ = try RankRule(energy: energy, rank: rank, ratio: ratio)
    try Override.check(overrides, allowed: ["energy", "rank", "ratio"], pass: Self.name)
    for override in overrides {
      _ = try RankRule(energy: override.energy, rank: override.rank, ratio: override.ratio)
    }
  }

  /// LAPACK takes part.
  public var isPlatformDependent: Bool { true }

  /// Factorizes the selected weights, as many at a time as there are threads.
  ///
  /// - Throws: `GraphError` for a pattern without a match or a model without a graph,
  ///   `PassError.unreachable` if no layer can have the rank or ratio, or whatever reading a weight
  ///   throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    try check()
    let targets = try Targets(
      model, layers: layers, skip: skip, overrides: overrides, default: .weights)
    var rewrite = try GraphRewrite(model, reason: Self.name)
    let (sites, shapes) = (model.weightSites(), try? model.inferShapes())
    var outcomes: [LayerOutcome] = []
    var unreachable: [String] = []
    for chunk in targets.indices.inChunks(of: max(context.threads, 1)) {
      let jobs = try chunk.map { index in
        try Result<Job, Declined>.catching { () throws in
          let layer = try RewrittenLayer(
            index, of: model, sites[model.weights[index].id] ?? [])
          return try Job(layer, rewrite, mode, try rule(targets.override(index)), shapes)
        }
      }
      let results = try Parallel.map(jobs.count, threads: context.threads) { place in
        try Result<LowRankFactors, Declined>.catching { try jobs[place].get().factors() }
      }
      for (index, (job, result)) in zip(chunk, zip(jobs, results)) {
        do {
          let (job, factors) = (try job.get(), try result.get())
          guard !job.layer.outputs.contains(where: rewrite.isRemoved) else {
            throw Declined("its layer is factorized already")
          }
          try rewrite.factorize(job.layer, job.form, factors)
          outcomes.append(targets.outcome(index, true, job.text(factors)))
        } catch let declined as Declined {
          if declined.isUnreachable { unreachable.append(declined.reason) }
          outcomes.append(targets.outcome(index, false, declined.reason))
        }
        context.progress(outcomes.count, targets.indices.count)
      }
    }
    if let reason = unreachable.first, !outcomes.contains(where: \.isChanged) {
      throw PassError.unreachable(
        name: Self.name, expected: "a layer that allows it", found: "none: \(reason)")
    }
    var result = try rewrite.finished()
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  /// How the rank of a layer is chosen.
  private func rule(_ override: Override?) throws(PassError) -> RankRule {
    if let override, !override.options.isEmpty {
      return try RankRule(energy: override.energy, rank: override.rank, ratio: override.ratio)
    }
    return try RankRule(energy: energy, rank: rank, ratio: ratio)
  }
}

extension Factorize {
  private enum Key: String, CodingKey {
    case energy, rank, ratio, mode, layers, skip, overrides
  }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    try self.init(
      energy: values.decodeIfPresent(Double.self, forKey: .energy),
      rank: values.decodeIfPresent(Int.self, forKey: .rank),
      ratio: values.decodeIfPresent(Double.self, forKey: .ratio),
      mode: values.decodeIfPresent(Mode.self, forKey: .mode) ?? .channel,
      layers: values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: values.decodeIfPresent([String].self, forKey: .skip) ?? [],
      overrides: values.decodeIfPresent([Override].self, forKey: .overrides) ?? [])
  }

  /// Writes the options; what is not given and empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encodeIfPresent(energy, forKey: .energy)
    try values.encodeIfPresent(rank, forKey: .rank)
    try values.encodeIfPresent(ratio, forKey: .ratio)
    try values.encode(mode, forKey: .mode)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
    if !overrides.isEmpty { try values.encode(overrides, forKey: .overrides) }
  }
}
