public import PressTensor

/// How a model is made ready.
public struct PlanOptions: Sendable, Hashable {
  /// What matters more where the two are in each other's way.
  public enum Preference: String, Sendable, CaseIterable {
    /// A sparse weight is made dense where that runs faster.
    case speed
    /// A sparse weight is never made dense.
    case memory
  }

  /// What matters more.
  public var prefer: Preference
  /// What the packed weights may take, and later the intermediate values of a run.
  public var limits: ReadLimits

  /// Options with defaults: speed, and no bound on memory.
  public init(
    prefer: Preference = .speed, limits: ReadLimits = ReadLimits(maximumBytes: .max)
  ) {
    self.prefer = prefer
    self.limits = limits
  }
}
