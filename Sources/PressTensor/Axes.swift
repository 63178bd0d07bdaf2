/// Where a weight's non-zeros are.
public enum Support: Hashable, Sendable {
  /// Everywhere: every element is stored.
  case dense
  /// At any positions: only the elements under a mask are stored.
  case unstructured

  /// The name that reports print.
  public var name: String {
    switch self {
    case .dense: "dense"
    case .unstructured: "unstructured"
    }
  }
}

/// How a weight's values are held.
public enum Values: Hashable, Sendable {
  /// As elements of the weight's own type.
  case plain
  /// As indices of `bits` bits into one codebook of at most `2^bits` elements of the weight's type.
  ///
  /// With 0 bits there is a single entry and no index is stored: a tensor of equal elements.
  case codebook(bits: Int)

  /// The name that reports print; plain values carry their element type's name.
  public func name(of type: ElementType) -> String {
    switch self {
    case .plain: type.name
    case .codebook: "codebook"
    }
  }
}

/// How a weight's streams are written in a container.
public enum Coding: String, Hashable, Sendable, CaseIterable {
  /// As they are.
  case raw
  /// With a canonical Huffman code for each stream, where that is smaller.
  case huffman
}
