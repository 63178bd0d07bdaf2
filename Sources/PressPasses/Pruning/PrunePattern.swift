extension Prune {
  /// Which elements of a weight are removed together.
  public enum Pattern: Hashable, Sendable {
    /// Single elements anywhere.
    case unstructured
    /// All but `kept` of each `of` neighbouring columns of a row; a short last group of r columns
    /// keeps ceil(kept * r / of).
    case groups(kept: Int, of: Int)
    /// Blocks of so many rows and columns; those at the lower and right edge may be smaller.
    case blocks(rows: Int, columns: Int)
    /// Rows, that is filters, for good: with them go their feature maps and what reads these.
    case filter

    /// Whether the pattern itself says how much is removed, so that there is no ratio.
    public var statesRatio: Bool {
      if case .groups = self { true } else { false }
    }
  }
}

extension Prune.Pattern {
  private static let names = "unstructured, N:M with 0 < N < M, block:HxW, balanced:K/N or filter"

  /// Reads what `--pattern` takes: `unstructured`, `N:M`, `block:HxW`, `balanced:K/N`, `filter`.
  public init(_ text: String) throws(PassError) {
    guard let pattern = Self.parsed(text) else {
      throw .option(name: "pattern", expected: Self.names, found: "'\(text)'")
    }
    self = pattern
  }

  private static func parsed(_ text: String) -> Self? {
    switch text {
    case "unstructured": return .unstructured
    case "filter": return .filter
    default: break
    }
    if text.hasPrefix("block:") {
      guard let (rows, columns) = sizes(text.dropFirst(6), "x") else { return nil }
      return .blocks(rows: rows, columns: columns)
    }
    let isBank = text.hasPrefix("balanced:")
    guard let (kept, size) = sizes(text.dropFirst(isBank ? 9 : 0), isBank ? "/" : ":"), kept < size
    else { return nil }
    return .groups(kept: kept, of: size)
  }

  /// Two positive numbers around a separator, small enough that their product is a number.
  private static func sizes(_ text: Substring, _ separator: Character) -> (Int, Int)? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
      let first = Int32(parts[0]), let second = Int32(parts[1]), first > 0, second > 0
    else { return nil }
    return (Int(first), Int(second))
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

extension Prune.Pattern: CustomStringConvertible {
  /// The pattern as `--pattern` takes it.
  public var description: String {
    switch self {
    case .unstructured: "unstructured"
    case .groups(let kept, let size): size <= 16 ? "\(kept):\(size)" : "balanced:\(kept)/\(size)"
    case .blocks(let rows, let columns): "block:\(rows)x\(columns)"
    case .filter: "filter"
    }
  }
}

extension Prune.Pattern: Codable {
  /// Reads the pattern from its text.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the pattern as its text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
