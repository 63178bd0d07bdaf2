public import PressTensor

extension Granularity {
  /// The granularity of a name: `tensor`, `channel`, or `group:N` with N columns, at least 1.
  public init?(name: String) {
    switch name {
    case "tensor": self = .tensor
    case "channel": self = .channel
    default:
      guard name.hasPrefix("group:"), let size = Int(name.dropFirst(6)), size > 0 else {
        return nil
      }
      self = .group(size)
    }
  }

  /// The granularity that an option names.
  static func option(_ name: String) throws(PassError) -> Granularity {
    guard let granularity = Granularity(name: name) else {
      throw .option(
        name: "granularity", expected: "tensor, channel or group:N", found: "'\(name)'")
    }
    return granularity
  }
}
