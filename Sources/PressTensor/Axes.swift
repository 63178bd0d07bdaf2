/// Where a weight's non-zeros are.
public enum Support: Hashable, Sendable {
  /// Everywhere: every element is stored.
  case dense
  /// At any positions: only the elements under a mask are stored.
  case unstructured
  /// `kept` elements of each group of `of` columns of a row, N:M or balanced; a short last group of
  /// r columns keeps ceil(kept * r / of).
  case groups(kept: Int, of: Int)
  /// Whole blocks of so many rows and columns; those at the lower and right edge may be smaller.
  case blocks(rows: Int, columns: Int)

  /// The name that reports print.
  public var name: String {
    switch self {
    case .dense: "dense"
    case .unstructured: "unstructured"
    case .groups(let kept, let size): size <= 16 ? "\(kept):\(size)" : "balanced \(kept)/\(size)"
    case .blocks(let rows, let columns): "block \(rows)x\(columns)"
    }
  }

  /// Whether the support is stated in rows and columns.
  public var isStructured: Bool {
    switch self {
    case .dense, .unstructured: false
    case .groups, .blocks: true
    }
  }
}

/// How a weight's values are held.
///
/// Every form but the first two is a *code* of a few bits for each stored element, and parameters
/// for each part of the weight (see `Granularity`) that say what a code means.
public enum Values: Hashable, Sendable {
  /// As elements of the weight's own type.
  case plain
  /// As elements of a narrower floating-point type: float16 or bfloat16.
  case narrow(ElementType)
  /// As indices of `bits` bits (0 to 8) into a codebook of at most `2^bits` elements of the weight's
  /// type for each part.
  ///
  /// With 0 bits there is a single entry and no index is stored: a tensor of equal elements.
  case codebook(bits: Int)
  /// As integers of `bits` bits (2 to 16), the code c standing for (c - 2^(bits-1)) * 2^-radix.
  case fixed(bits: Int, radix: Int)
  /// As integers of `bits` bits (2 to 8), the code c standing for scale * (c - zero point), each part
  /// having a scale and maybe a zero point, else 2^(bits-1).
  case affine(bits: Int)
  /// As -a, 0 or +b, the codes 0, 1 and 2; each part has its a and b (TWN, 1605.04711; TTQ,
  /// 1612.01064).
  case ternary
  /// As -a or +a, the codes 0 and 1; each part has its a (BWN, 1603.05279).
  case binary

  /// The name that reports print; plain values carry their element type's name.
  public func name(of type: ElementType) -> String {
    switch self {
    case .plain: type.name
    case .narrow(let narrow): narrow.name
    case .codebook: "codebook"
    case .fixed(let bits, let radix): "fixed\(bits).\(radix)"
    case .affine(let bits): "int\(bits)"
    case .ternary: "ternary"
    case .binary: "binary"
    }
  }

  /// Whether what a code stands for is stated for each part: codebooks, or scales.
  public var hasParameters: Bool {
    switch self {
    case .plain, .narrow, .fixed: false
    case .codebook, .affine, .ternary, .binary: true
    }
  }

  /// The bits of a code; `nil` for elements.
  public var codeBits: Int? {
    switch self {
    case .plain, .narrow: nil
    case .codebook(let bits), .affine(let bits), .fixed(let bits, _): bits
    case .ternary: 2
    case .binary: 1
    }
  }
}

/// Which elements of a weight share the parameters of their values.
public enum Granularity: Hashable, Sendable {
  /// All.
  case tensor
  /// Those of a row: one output channel.
  case channel
  /// Those of so many neighbouring columns of a row; the last part of a row may be shorter.
  case group(Int)

  /// The name that reports and options use.
  public var name: String {
    switch self {
    case .tensor: "tensor"
    case .channel: "channel"
    case .group(let size): "group:\(size)"
    }
  }
}

/// How a weight's streams are written in a container.
public enum Coding: String, Hashable, Sendable, CaseIterable, Codable {
  /// As they are.
  case raw
  /// With a canonical Huffman code for each stream, where that is smaller.
  case huffman
  /// With a range variant of asymmetric numeral systems for each stream, where that is smaller.
  case rans
  /// With deflate (libz) for each stream, where that is smaller.
  case deflate
  /// Each stream in the smallest of all these forms.
  case auto
}
