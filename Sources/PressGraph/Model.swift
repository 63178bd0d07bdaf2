public import PressTensor

/// A network as a value: a graph and its weights.
public struct Model: Sendable {
  /// The graph; `nil` for a file of weights alone.
  public var graph: Graph?
  /// Every constant of the model, each stored tensor once, in the order of the source.
  public var weights: [Weight]
  /// Functions that nodes call by name.
  public var functions: [Function]
  /// What the source said about itself.
  public var metadata: ModelMetadata
  /// Where the model came from and what was done to it.
  public var history: History

  /// A model from its parts.
  public init(
    graph: Graph?, weights: [Weight], functions: [Function] = [],
    metadata: ModelMetadata = ModelMetadata(), history: History = History()
  ) {
    self.graph = graph
    self.weights = weights
    self.functions = functions
    self.metadata = metadata
    self.history = history
  }

  /// The weight with an id, found in time proportional to the number of weights.
  public func weight(_ id: WeightID) -> Weight? { weights.first { $0.id == id } }

  /// An id that no weight has yet.
  public func unusedWeightID() -> WeightID {
    WeightID((weights.map(\.id.number).max() ?? 0) + 1)
  }

  /// The version of an operator set, by its domain; `""` is ONNX's own, as is `ai.onnx`.
  public func opset(of domain: String = "") -> Int {
    func isOwn(_ name: String) -> Bool { name.isEmpty || name == "ai.onnx" }
    let opset = metadata.opsets.first { opset in
      opset.domain == domain || (isOwn(opset.domain) && isOwn(domain))
    }
    return opset?.version ?? 1
  }
}

/// An operator set that a model imports.
public struct Opset: Hashable, Sendable {
  /// The domain; empty for ONNX's own operators.
  public var domain: String
  /// The version.
  public var version: Int

  /// A domain at a version.
  public init(domain: String, version: Int) {
    self.domain = domain
    self.version = version
  }
}

/// A key and its value.
public struct Property: Hashable, Sendable {
  /// The key.
  public var key: String
  /// The value.
  public var value: String

  /// A pair.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// What a model's source said about itself; kept through a round trip.
public struct ModelMetadata: Hashable, Sendable {
  /// The version of the ONNX file format.
  public var irVersion: Int
  /// The operator sets in use.
  public var opsets: [Opset]
  /// The tool that made the source.
  public var producerName: String
  /// That tool's version.
  public var producerVersion: String
  /// The model's own domain.
  public var domain: String
  /// The model's own version.
  public var modelVersion: Int
  /// A description.
  public var documentation: String
  /// Free properties.
  public var properties: [Property]
  /// Parts of the source that Press carries without reading, by name.
  public var extensions: [String: [UInt8]]

  /// Metadata with defaults for whatever is not given.
  public init(
    irVersion: Int = 8, opsets: [Opset] = [], producerName: String = "",
    producerVersion: String = "", domain: String = "", modelVersion: Int = 0,
    documentation: String = "", properties: [Property] = [], extensions: [String: [UInt8]] = [:]
  ) {
    self.irVersion = irVersion
    self.opsets = opsets
    self.producerName = producerName
    self.producerVersion = producerVersion
    self.domain = domain
    self.modelVersion = modelVersion
    self.documentation = documentation
    self.properties = properties
    self.extensions = extensions
  }
}
