public import PressGraph
import PressTensor

/// Folds batch normalizations into the layers that they follow.
///
/// Before: a convolution, a transposed one or a Gemm, and behind it nodes that multiply each channel
/// by a constant and add one: batch normalization by fixed statistics, Mul, Add. After: the layer
/// alone, its weight and bias scaled and shifted. Weights that are held as codes or under a support
/// keep them: for these the engine folds when it plans.
public struct Fold: Pass {
  /// The pass's name.
  public static let name = "fold"

  /// Patterns of the layers to fold into; empty means all weights.
  public var layers: [String]
  /// Patterns of the layers to leave alone.
  public var skip: [String]

  /// Options.
  public init(layers: [String] = [], skip: [String] = []) {
    self.layers = layers
    self.skip = skip
  }

  /// Folds what follows the selected layers into them.
  ///
  /// - Throws: `GraphError` for a pattern without a match or a model without a graph, or whatever
  ///   reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    let targets = try Targets(model, layers: layers, skip: skip, default: .weights)
    var rewrite = try GraphRewrite(model, reason: Self.name)
    let (sites, shapes) = (model.weightSites(), try? model.inferShapes())
    let constants = ConstantVectors(model, rewrite.graph, shapes)
    var outcomes: [LayerOutcome] = []
    for index in targets.indices {
      do {
        let layer = try RewrittenLayer(index, of: model, sites[model.weights[index].id] ?? [])
        let foldable = try FoldableLayer(layer, rewrite, constants, shapes)
        let folded = try foldable.folded(&rewrite)
        rewrite.replace([foldable.node] + foldable.followers, with: [folded])
        let names = foldable.followers.map(\.label).joined(separator: ", ")
        outcomes.append(targets.outcome(index, true, "\(names) folded in"))
      } catch let declined as Declined {
        outcomes.append(targets.outcome(index, false, declined.reason))
      }
      context.progress(outcomes.count, targets.indices.count)
    }
    var result = try rewrite.finished()
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }
}

extension Fold {
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
