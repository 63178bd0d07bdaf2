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

  /// Whether one kernel may do the work of several nodes; values between them don't exist then.
  public var fuses: Bool

  /// Options with defaults: speed, and no bound on memory.
  public init(
    prefer: Preference = .speed, fuses: Bool = true,
    limits: ReadLimits = ReadLimits(maximumBytes: .max)
  ) {
    self.prefer = prefer
    self.fuses = fuses
    self.limits = limits
  }
}
