public import PressPasses

/// What a pass of a pipeline did.
public struct PassReport: Sendable, Hashable, Codable {
  /// The pass's name.
  public var pass: String
  /// Its options as one JSON object.
  public var options: String
  /// The model before.
  public var before: ModelSize
  /// The model after.
  public var after: ModelSize
  /// What it did to each layer that it selected.
  public var layers: [LayerEffect]

  /// A report on a pass that made `after` of `before`.
  public init(
    _ pass: any Pass, _ outcomes: [LayerOutcome], from before: MeasuredModel,
    to after: MeasuredModel
  ) throws {
    self.pass = type(of: pass).name
    options = try pass.encodedOptions()
    self.before = before.size
    self.after = after.size
    layers = try LayerEffect.effects(of: outcomes, from: before, to: after)
  }

  /// The report with the keys that scripts read.
  public var json: JSON {
    .object([
      "pass": .string(pass), "options": JSON(text: options), "before": before.json,
      "after": after.json, "layers": .array(layers.map(\.json)),
    ])
  }
}
