package import PressTensor

/// What a stream of a weight says.
package enum StreamRole: Sendable, Hashable {
  /// Where the stored elements are.
  case support
  /// The entries of a codebook.
  case codebook
  /// The stored elements, or their indices in the codebook.
  case values
}

/// How a support is written down.
package enum SupportForm: Sendable, Hashable {
  /// Not at all: every element is stored.
  case dense
  /// One bit an element.
  case bitmap
  /// The gaps between stored elements as so many symbols of so many bits.
  case relative(width: Int, symbols: Int)
}

/// One stream as it stands in a file.
package struct StoredStream: Sendable {
  /// What it says.
  package var role: StreamRole
  /// Raw or Huffman.
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

  /// The bytes that its code table takes, 0 for raw streams.
  package func tableByteCount() throws(CodingError) -> Int {
    guard coding == .huffman else { return 0 }
    return try bytes.withBytes { (span) throws(CodingError) in
      try Huffman.tableByteCount(span)
    }
  }
}
