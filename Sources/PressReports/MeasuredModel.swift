public import PressContainer
public import PressData
public import PressGraph
public import PressTensor

/// A model with what was measured of it: sizes, and with data accuracy and outputs.
public struct MeasuredModel: Sendable {
  /// The model.
  public var model: Model
  /// The sizes of the whole, and the accuracy.
  public var size: ModelSize
  /// The bytes of each weight's streams in its file.
  public let bytes: [WeightID: Int]
  /// The elements other than 0 of each weight.
  public let nonzeros: [WeightID: Int]
  /// What its layers make of some examples.
  public var outputs: LayerOutputs?

  /// A model as it stands in a file of so many bytes; non-zeros that nobody has counted are counted.
  public init(_ model: Model, bytes total: Int, container: Container?) throws {
    let costs = container?.costs().mapValues(\.bytes)
    try self.init(model, total, costs ?? Self.denseBytes(model), [:])
  }

  /// A model as it was written, entry by entry where its file is a container.
  public init(_ model: Model, bytes total: Int, entries: [ContainerWriter.Entry]) throws {
    let counted = Dictionary(
      entries.map { ($0.id, $0.nonzeros) }, uniquingKeysWith: { first, _ in first })
    let written = Dictionary(
      entries.map { ($0.id, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    try self.init(
      model, total, entries.isEmpty ? try Self.denseBytes(model) : written, counted)
  }

  private init(
    _ model: Model, _ total: Int, _ bytes: [WeightID: Int], _ counted: [WeightID: Int]
  ) throws {
    self.model = model
    self.bytes = bytes
    size = ModelSize(parameters: 0, nonzeros: 0, bytes: total)
    var nonzeros = counted
    for weight in model.weights where weight.elementType.isFloatingPoint {
      let count = try counted[weight.id] ?? weight.knownNonzeros ?? Self.count(weight)
      nonzeros[weight.id] = count
      size.parameters += weight.shape.count
      size.nonzeros += count
    }
    self.nonzeros = nonzeros
  }

  private static func count(_ weight: Weight) throws -> Int {
    let contents = try weight.contents()
    defer { contents.values.release() }
    return try weight.countNonzeros(in: contents)
  }

  /// What each constant takes in its own type.
  private static func denseBytes(_ model: Model) throws -> [WeightID: Int] {
    var bytes: [WeightID: Int] = [:]
    for weight in model.weights {
      bytes[weight.id] = try weight.elementType.byteCount(weight.shape.count)
    }
    return bytes
  }
}

/// How large a model is, and how good.
public struct ModelSize: Sendable, Hashable, Codable {
  /// Elements of floating-point constants.
  public var parameters: Int
  /// Those other than 0.
  public var nonzeros: Int
  /// The bytes of the file.
  public var bytes: Int
  /// The share of right predictions, where there is data.
  public var accuracy: Double?

  /// Sizes.
  public init(parameters: Int, nonzeros: Int, bytes: Int, accuracy: Double? = nil) {
    self.parameters = parameters
    self.nonzeros = nonzeros
    self.bytes = bytes
    self.accuracy = accuracy
  }

  /// The sizes with the keys that scripts read.
  public var json: JSON {
    .object([
      "parameters": .integer(parameters), "nonzeros": .integer(nonzeros), "bytes": .integer(bytes),
      "accuracy": .optional(accuracy),
    ])
  }
}
