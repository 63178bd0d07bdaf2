public import PressGraph
import PressTensor

/// Drops the supports of weights and keeps their values: every element is stored, zeros too.
///
/// The middle of dense-sparse-dense training (1607.04381). Before: any weights. After: dense
/// supports; decoded, not a bit has changed. Codes stay codes: a codebook without a zero gets one,
/// binary values become ternary ones of the same scale. Declined where a codebook of 256 entries has
/// no room for a zero.
public struct Densify: Pass {
  /// The pass's name.
  public static let name = "densify"

  /// Patterns of the tensors to make dense; empty means all.
  public var layers: [String]
  /// Patterns of the tensors to leave alone.
  public var skip: [String]

  /// Options.
  public init(layers: [String] = [], skip: [String] = []) {
    self.layers = layers
    self.skip = skip
  }

  /// Makes the selected tensors dense.
  ///
  /// - Throws: `GraphError` for a pattern without a match, or whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    let targets = try Targets(model, layers: layers, skip: skip, default: .everything)
    var result = model
    var outcomes: [LayerOutcome] = []
    for index in targets.indices {
      let weight = model.weights[index]
      guard weight.support != .dense else {
        outcomes.append(targets.outcome(index, false, "already dense"))
        continue
      }
      guard let dense = try DensifiedWeight.weight(weight) else {
        outcomes.append(
          targets.outcome(index, false, "no code for 0 is left in a codebook of 256 entries"))
        continue
      }
      result.weights[index] = dense
      outcomes.append(
        targets.outcome(
          index, true,
          "\(weight.support.name) -> dense, \(dense.values.name(of: dense.elementType))"
        ))
      context.progress(outcomes.count, targets.indices.count)
    }
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }
}

extension Densify {
  private enum Key: String, CodingKey { case layers, skip }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      layers: try values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: try values.decodeIfPresent([String].self, forKey: .skip) ?? [])
  }

  /// Writes the options; empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
  }
}
