/// What a file may make the program allocate.
public struct ReadLimits: Sendable, Hashable {
  /// The most bytes that the tensors a file declares may take when decoded, all together.
  public var maximumBytes: Int

  /// A bound in bytes.
  public init(maximumBytes: Int) {
    self.maximumBytes = maximumBytes
  }

  /// Throws `memoryLimit` if `bytes` are too many.
  public func check(_ bytes: Int) throws(TensorError) {
    guard bytes <= maximumBytes else {
      throw .memoryLimit(needed: bytes, limit: maximumBytes)
    }
  }
}
