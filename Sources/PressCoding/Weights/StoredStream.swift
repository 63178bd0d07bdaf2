package import PressTensor

/// What a stream of a weight says.
package enum StreamRole: Sendable, Hashable {
  /// Where the stored elements are.
  case support
  /// The entries of the codebooks.
  case codebook
  /// The scales of the parts.
  case scales
  /// The codes that stand for 0 in the parts.
  case zeroPoints
  /// The stored elements or their codes, whole.
  case values
  /// One byte of each stored element or code, the lowest byte being plane 0.
  case plane(Int)

  /// Whether the stream holds the stored elements, or some of their bits.
  package var holdsValues: Bool {
    switch self {
    case .values, .plane: true
    case .support, .codebook, .scales, .zeroPoints: false
    }
  }

  /// Whether the stream holds what codes stand for.
  package var holdsParameters: Bool {
    switch self {
    case .codebook, .scales, .zeroPoints: true
    case .support, .values, .plane: false
    }
  }
}

/// How a support is written down.
package enum SupportForm: Sendable, Hashable {
  /// Not at all: every element is stored.
  case dense
  /// One bit an element, or a block.
  case bitmap
  /// The gaps between stored elements, or blocks, as so many symbols of so many bits.
  case relative(width: Int, symbols: Int)
  /// The positions of stored elements in their groups.
  case positions
}

/// One stream as it stands in a file.
package struct StoredStream: Sendable {
  /// What it says.
  package var role: StreamRole
  /// Any but auto.
  package var coding: Coding
  /// Its bytes as coded.
  package var bytes: Storage
  /// The order-0 entropy of its symbols together, in bits.
  package var entropyBits: Int

  /// A stream from its parts.
  package init(role: StreamRole, coding: Coding, bytes: Storage, entropyBits: Int) {
    self.role = role
    self.coding = coding
    self.bytes = bytes
    self.entropyBits = entropyBits
  }

  /// The bytes that its code table takes; 0 for raw streams, and for deflate, whose tables stand
  /// among its symbols.
  package func tableByteCount() throws(CodingError) -> Int {
    try bytes.withBytes { (span) throws(CodingError) in
      switch coding {
      case .raw, .deflate, .auto: 0
      case .huffman: try Huffman.tableByteCount(span)
      case .rans: try Rans.tableByteCount(span)
      }
    }
  }

  /// The symbol of a coded stream that says it has only one; `nil` for others.
  package func onlySymbol() throws(CodingError) -> UInt8? {
    try bytes.withBytes { (span) throws(CodingError) in
      switch coding {
      case .raw, .deflate, .auto: nil
      case .huffman: try Huffman.onlySymbol(span)
      case .rans: try Rans.onlySymbol(span)
      }
    }
  }
}
