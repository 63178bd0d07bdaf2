import PressCoding
public import PressGraph
public import PressTensor

/// Chooses how streams are written in a container; loses nothing.
///
/// Before: any tensors. After: each stream of a changed tensor stands in the smallest of its raw form
/// and those that the coding allows; tensors whose zeros make a support the smaller form have one
/// (-0 stays a stored value). A tensor that would become less than 1 % smaller stays as it was. Raw
/// undoes the coding and leaves supports as they are.
public struct Encode: Pass {
  /// The pass's name.
  public static let name = "encode"
  /// The least share of a tensor's bytes that coding has to save.
  static let leastGain = 0.01

  /// What deflate makes depends on the version of libz.
  public var isPlatformDependent: Bool { coding == .deflate || coding == .auto }

  /// The coding.
  public var coding: Coding
  /// Patterns of the tensors to code; empty means all.
  public var layers: [String]
  /// Patterns of the tensors to leave alone.
  public var skip: [String]

  /// Options.
  public init(coding: Coding = .auto, layers: [String] = [], skip: [String] = []) {
    self.coding = coding
    self.layers = layers
    self.skip = skip
  }

  /// Options, in the shortest spelling: `Encode(.huffman)`.
  public init(_ coding: Coding) { self.init(coding: coding) }

  /// Codes the selected tensors.
  ///
  /// - Throws: `GraphError` for a pattern without a match, or whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    let targets = try Targets(model, layers: layers, skip: skip, default: .everything)
    var result = model
    var outcomes: [LayerOutcome] = []
    for index in targets.indices {
      let (weight, reason) = try coded(model.weights[index])
      outcomes.append(targets.outcome(index, weight != nil, reason))
      if let weight { result.weights[index] = weight }
      context.progress(outcomes.count, targets.indices.count)
    }
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  /// The weight as it is to be written, `nil` if it stays as it was; and why.
  private func coded(_ base: Weight) throws -> (weight: Weight?, reason: String) {
    if coding == .raw {
      guard base.coding != .raw else { return (nil, "already raw") }
      var weight = base
      weight.coding = .raw
      return (weight, "raw, \(weight.support.name)")
    }
    let before = try StoredWeight(base, base.contents()).byteCount
    let (weight, stored) = try smallest(base)
    let (after, saved) = (stored.byteCount, before - stored.byteCount)
    let form = "\(stored.coding.rawValue), \(weight.support.name)"
    guard saved > 0 else {
      let isCoded = base.coding == coding || base.coding == stored.coding
      return (nil, isCoded ? "already \(form)" : "\(before) bytes are the smallest, \(form)")
    }
    let share = percent(saved, of: before)
    guard Double(saved) >= Self.leastGain * Double(before) else {
      return (nil, "\(form) would save \(share) of \(before) bytes, less than 1 %")
    }
    return (weight, "\(form), \(before) to \(after) bytes, \(share) saved")
  }

  /// The smallest of the weight's forms under the coding: as it is, or without zeros.
  private func smallest(_ base: Weight) throws -> (weight: Weight, stored: StoredWeight) {
    var weight = base
    weight.coding = coding
    let stored = try StoredWeight(weight, weight.contents())
    guard weight.support == .dense, weight.elementType.isFloatingPoint else {
      return (weight, stored)
    }
    weight.knownNonzeros = try weight.knownNonzeros ?? weight.countNonzeros(in: weight.contents())
    guard weight.knownNonzeros != weight.shape.count, let sparse = withoutZeros(weight) else {
      return (weight, stored)
    }
    let other = try StoredWeight(sparse, sparse.contents())
    // Of codes, those for 0 cost little: a support has to be worth the slower way to run it.
    let limit = weight.values == .plain ? 1 : 1 - Self.leastGain
    guard Double(other.byteCount) < limit * Double(stored.byteCount) else {
      return (weight, stored)
    }
    return (sparse, other)
  }

  /// The dense weight under a support of its non-zeros; `nil` where there is no such form.
  private func withoutZeros(_ weight: Weight) -> Weight? {
    if WithoutZeroCodes.isDefined(for: weight) { return WithoutZeroCodes.weight(weight) }
    guard weight.values == .plain, weight.elementType.byteWidth != nil, weight.isInTensorOrder
    else { return nil }
    return weight.reformed(
      support: .unstructured, values: .plain, knownNonzeros: weight.knownNonzeros,
      source: SparsifiedWeight(base: weight, rule: .zeroBits, isSparse: true))
  }

  private func percent(_ part: Int, of whole: Int) -> String {
    let tenths = (1000 * part + whole / 2) / max(whole, 1)
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

extension Encode {
  private enum Key: String, CodingKey { case coding, layers, skip }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      coding: try values.decodeIfPresent(Coding.self, forKey: .coding) ?? .auto,
      layers: try values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: try values.decodeIfPresent([String].self, forKey: .skip) ?? [])
  }

  /// Writes the options; empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(coding, forKey: .coding)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
  }
}
