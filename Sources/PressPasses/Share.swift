public import PressGraph
public import PressTensor

/// Lets elements share values: each becomes an index into a codebook of at most 2^bits entries.
///
/// k-means clustering (Han et al. 2016, 1510.00149). Before: any weights and tables. After: stored
/// elements are the nearest entries; the support stays. Exact zeros keep an entry of their own, so
/// that they and only they stay zeros (unless rounding entries makes one 0). A weight with fewer
/// different elements than entries loses nothing and takes fewer bits.
public struct Share: Pass {
  /// Where k-means begins.
  public enum Initialization: String, Codable, Sendable, CaseIterable {
    /// With the optimum: nothing is left to be done.
    case optimal
    /// With entries at equal distances between the smallest and the largest element.
    case linear
    /// With entries that have as many elements between any two of them.
    case density
    /// With elements drawn at random.
    case random
  }

  /// The pass's name.
  public static let name = "share"

  /// The bits of an index, 1 to 8.
  public var bits: Int
  /// Which elements share a codebook.
  public var granularity: Granularity
  /// Where k-means begins.
  public var initialization: Initialization
  /// How exactly entries are held.
  public var codebook: EntryPrecision
  /// Patterns of the layers to share values in; empty means all weights and tables.
  public var layers: [String]
  /// Patterns of the layers to leave alone.
  public var skip: [String]
  /// Other bits for some layers.
  public var overrides: [Override]

  /// Options.
  public init(
    bits: Int = 4, granularity: Granularity = .tensor, initialization: Initialization = .optimal,
    codebook: EntryPrecision = .full, layers: [String] = [], skip: [String] = [],
    overrides: [Override] = []
  ) {
    self.bits = bits
    self.granularity = granularity
    self.initialization = initialization
    self.codebook = codebook
    self.layers = layers
    self.skip = skip
    self.overrides = overrides
  }

  /// Refuses bits and groups that are out of range.
  public func check() throws(PassError) {
    try Override.check(overrides, allowed: ["bits"], pass: Self.name)
    for bits in [bits] + overrides.compactMap(\.bits) where !(1...8).contains(bits) {
      throw .option(name: "bits", expected: "1 to 8", found: "\(bits)")
    }
    if case .group(let size) = granularity, size < 1 {
      throw .option(name: "granularity", expected: "group:1 or more", found: "group:\(size)")
    }
  }

  /// Shares the values of the selected weights.
  ///
  /// - Throws: `GraphError` for a pattern without a match, `PassError` for elements that are not
  ///   finite, or whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    try check()
    let targets = try Targets(
      model, layers: layers, skip: skip, overrides: overrides, default: .weightsAndTables)
    guard targets.indices.contains(where: { model.weights[$0].elementType.isWide }) else {
      throw PassError.nothingToDo(
        pass: Self.name, reason: "expected a weight of floating-point type, found none")
    }
    var result = model
    var outcomes: [LayerOutcome] = []
    for index in targets.indices {
      let layer = SharedLayer(
        base: model.weights[index], layout: layout(of: model.weights[index], index, targets),
        bits: targets.override(index)?.bits ?? bits, pass: self, seed: context.seed,
        threads: context.threads)
      let (weight, reason) = try layer.shared()
      if let weight { result.weights[index] = weight }
      outcomes.append(targets.outcome(index, weight != nil, reason))
      context.progress(outcomes.count, targets.indices.count)
    }
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  /// The view of the result: rows are those of the layer, or of the support where it speaks of rows.
  private func layout(of weight: Weight, _ index: Int, _ targets: Targets) -> MatrixView? {
    granularity == .tensor || weight.support.isStructured ? weight.view : targets.view(index)
  }
}

extension ElementType {
  /// Whether elements can be entries of a codebook that k-means finds.
  var isWide: Bool { [.float32, .float64, .float16, .bfloat16].contains(self) }
}

extension Share {
  private enum Key: String, CodingKey {
    case bits, granularity, codebook, layers, skip, overrides
    case initialization = "init"
  }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let granularity = try values.decodeIfPresent(String.self, forKey: .granularity) ?? "tensor"
    try self.init(
      bits: values.decodeIfPresent(Int.self, forKey: .bits) ?? 4,
      granularity: Granularity.option(granularity),
      initialization: values.decodeIfPresent(Initialization.self, forKey: .initialization)
        ?? .optimal,
      codebook: values.decodeIfPresent(EntryPrecision.self, forKey: .codebook) ?? .full,
      layers: values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: values.decodeIfPresent([String].self, forKey: .skip) ?? [],
      overrides: values.decodeIfPresent([Override].self, forKey: .overrides) ?? [])
  }

  /// Writes the options; empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(bits, forKey: .bits)
    try values.encode(granularity.name, forKey: .granularity)
    try values.encode(initialization, forKey: .initialization)
    try values.encode(codebook, forKey: .codebook)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
    if !overrides.isEmpty { try values.encode(overrides, forKey: .overrides) }
  }
}
