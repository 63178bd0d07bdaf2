public import PressGraph
import PressTensor

/// Chooses how streams are written in a container; loses nothing.
///
/// Before: any tensors. After: with Huffman coding each stream stands in the smaller of its raw and
/// its coded form, and weights whose zeros make a support the smaller form have one (-0 stays a
/// stored value); raw undoes the coding and leaves supports as they are.
public struct Encode: Pass {
  /// What `--coding` takes.
  public enum Choice: String, Codable, Sendable, CaseIterable {
    /// The smallest that is known.
    case auto
    /// Canonical Huffman codes.
    case huffman
    /// As it is.
    case raw

    /// The coding that the choice comes to.
    var coding: Coding { self == .raw ? .raw : .huffman }
  }

  /// The pass's name.
  public static let name = "encode"

  /// The coding.
  public var coding: Choice
  /// Patterns of the tensors to code; empty means all.
  public var layers: [String]
  /// Patterns of the tensors to leave alone.
  public var skip: [String]

  /// Options.
  public init(coding: Choice = .auto, layers: [String] = [], skip: [String] = []) {
    self.coding = coding
    self.layers = layers
    self.skip = skip
  }

  /// Codes the selected tensors.
  ///
  /// - Throws: `GraphError` for a pattern without a match, or whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    let targets = try Targets(model, layers: layers, skip: skip, default: .everything)
    var result = model
    var outcomes: [LayerOutcome] = []
    for index in targets.indices {
      let weight = try coded(model.weights[index])
      let isChanged =
        weight.coding != model.weights[index].coding
        || weight.support != model.weights[index].support
      let name = weight.coding.rawValue
      outcomes.append(
        targets.outcome(
          index, isChanged, isChanged ? "\(name), \(weight.support.name)" : "already \(name)"))
      result.weights[index] = weight
      context.progress(outcomes.count, targets.indices.count)
    }
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  private func coded(_ weight: Weight) throws -> Weight {
    var weight = weight
    weight.coding = coding.coding
    guard coding != .raw, weight.support == .dense, weight.values == .plain,
      weight.elementType.isFloatingPoint, weight.elementType.byteWidth != nil
    else { return weight }
    let nonzeros = try weight.knownNonzeros ?? weight.countNonzeros(in: weight.contents())
    guard nonzeros < weight.shape.count else { return weight }
    var result = try SparsifiedWeight.smaller(weight, .zeroBits, coding: weight.coding)
    if result.support == .dense { result = weight }
    result.knownNonzeros = nonzeros
    return result
  }
}

extension Encode {
  private enum Key: String, CodingKey { case coding, layers, skip }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      coding: try values.decodeIfPresent(Choice.self, forKey: .coding) ?? .auto,
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
