/// Where a model came from and what was done to it since.
public struct History: Hashable, Sendable {
  /// The file that the model was first read from.
  public var source: Source?
  /// The passes that ran, oldest first.
  public var passes: [PassRecord]

  /// A history from its parts.
  public init(source: Source? = nil, passes: [PassRecord] = []) {
    self.source = source
    self.passes = passes
  }

  /// The original source of a model.
  public struct Source: Hashable, Sendable {
    /// `onnx` or `safetensors`.
    public var format: String
    /// The SHA-256 of the file, 32 bytes.
    public var sha256: [UInt8]
    /// The bytes of all its constants in their own types.
    public var denseBytes: Int

    /// A source from its parts.
    public init(format: String, sha256: [UInt8], denseBytes: Int) {
      self.format = format
      self.sha256 = sha256
      self.denseBytes = denseBytes
    }
  }

  /// One pass that ran.
  public struct PassRecord: Hashable, Sendable {
    /// The pass's name in recipes: `prune`.
    public var name: String
    /// Its options as one JSON object.
    public var options: String
    /// The seed it ran with.
    public var seed: UInt64
    /// The version of the tool that ran it.
    public var tool: String

    /// A record from its parts.
    public init(name: String, options: String, seed: UInt64, tool: String) {
      self.name = name
      self.options = options
      self.seed = seed
      self.tool = tool
    }
  }
}
