/// What a run of a container's bytes is for.
public struct LedgerRow: Sendable, Hashable {
  /// The section: `header`, `data`, `strings`, `metadata`, `tensors`, `graph`, `directory`.
  public var section: String
  /// The tensor's name, for bytes of the data section.
  public var tensor: String?
  /// `support`, `codebook`, `scales`, `zero points`, `values`, `code table`, or `padding`; `nil`
  /// outside the data section.
  public var stream: String?
  /// How many bytes.
  public var bytes: Int

  /// A row from its parts.
  public init(section: String, tensor: String? = nil, stream: String? = nil, bytes: Int) {
    self.section = section
    self.tensor = tensor
    self.stream = stream
    self.bytes = bytes
  }
}
