/// Other options for some of the layers that a pass works on.
///
/// What is `nil` stays as it is for all layers. Of several overrides that match a layer, the last
/// one holds. A pass refuses an override of what it does not have.
public struct Override: Codable, Sendable, Hashable {
  /// Patterns of the layers.
  public var layers: [String]
  /// Instead of the pass's ratio.
  public var ratio: Double?
  /// Instead of the pass's bits.
  public var bits: Int?
  /// Instead of the pass's rank.
  public var rank: Int?
  /// Instead of the pass's energy.
  public var energy: Double?

  /// Other options for the layers that match any of some patterns.
  public init(
    layers: [String], ratio: Double? = nil, bits: Int? = nil, rank: Int? = nil,
    energy: Double? = nil
  ) {
    self.layers = layers
    self.ratio = ratio
    self.bits = bits
    self.rank = rank
    self.energy = energy
  }

  /// The names of the options that are given.
  var options: [String] {
    var names: [String] = []
    if ratio != nil { names.append("ratio") }
    if bits != nil { names.append("bits") }
    if rank != nil { names.append("rank") }
    if energy != nil { names.append("energy") }
    return names
  }

  /// Checks that a pass has the options that overrides name.
  static func check(
    _ overrides: [Override], allowed: [String], pass: String
  ) throws(PassError) {
    for override in overrides {
      for name in override.options where !allowed.contains(name) {
        throw .option(
          name: "overrides",
          expected: "\(allowed.isEmpty ? "none" : allowed.joined(separator: ", ")) of \(pass)",
          found: name)
      }
    }
  }
}
