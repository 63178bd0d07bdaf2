public import ArgumentParser
public import Press

extension Granularity: ExpressibleByArgument {
  /// The granularity of a name, as options spell it.
  public init?(argument: String) {
    self.init(name: argument)
  }

  /// The name that help prints for a default.
  public var defaultValueDescription: String { name }
}
