package import PressTensor

/// A weight's streams in the order they are written, with what is needed to read them.
package struct StoredWeight: Sendable {
  /// The type of the elements.
  package var elementType: ElementType
  /// The number of elements of the dense tensor.
  package var count: Int
  /// How the support is written.
  package var support: SupportForm
  /// The number of stored elements.
  package var kept: Int
  /// How the values are held.
  package var values: Values
  /// The number of entries of the codebook, 0 without one.
  package var entries: Int
  /// Whether plain values stand as one stream for each byte of an element.
  package var hasPlanes: Bool
  /// The bytes of all strings together, lengths included; only for strings.
  package var stringBytes: Int
  /// Support, codebook, values: those that there are.
  package var streams: [StoredStream]

  /// Stored streams from their description.
  package init(
    elementType: ElementType, count: Int, support: SupportForm, kept: Int, values: Values,
    entries: Int = 0, hasPlanes: Bool = false, stringBytes: Int = 0, streams: [StoredStream] = []
  ) {
    self.elementType = elementType
    self.count = count
    self.support = support
    self.kept = kept
    self.values = values
    self.entries = entries
    self.hasPlanes = hasPlanes
    self.stringBytes = stringBytes
    self.streams = streams
  }

  /// The bytes of all streams.
  package var byteCount: Int { streams.reduce(0) { $0 + $1.bytes.byteCount } }

  /// Raw, unless some stream is coded.
  package var coding: Coding {
    streams.contains { $0.coding == .huffman } ? .huffman : .raw
  }

  /// The roles of the streams that a weight of this description has, in their order.
  package var roles: [StreamRole] {
    var roles: [StreamRole] = []
    if support != .dense { roles.append(.support) }
    switch values {
    case .plain:
      let planes = hasPlanes ? elementType.byteWidth ?? 1 : 1
      roles += [StreamRole](repeating: .values, count: planes)
    case .codebook(let bits):
      roles.append(.codebook)
      if bits > 0 { roles.append(.values) }
    case .narrow, .fixed, .affine, .ternary, .binary: break
    }
    return roles
  }

  /// The number and the width in bits of the symbols of a stream, before coding.
  package func symbols(of role: StreamRole) throws(TensorError) -> (count: Int, width: Int) {
    switch role {
    case .support:
      if case .relative(let width, let symbols) = support { return (symbols, width) }
      return (count / 8 + (count % 8 == 0 ? 0 : 1), 8)
    case .codebook:
      if elementType == .string { return (stringBytes, 8) }
      if elementType.byteWidth == nil { return (entries, 8) }
      return (try elementType.byteCount(entries) ?? 0, 8)
    case .values:
      if case .codebook(let bits) = values { return (kept, bits) }
      if hasPlanes { return (kept, 8) }
      return (try elementType.byteCount(kept) ?? stringBytes, 8)
    }
  }
}
