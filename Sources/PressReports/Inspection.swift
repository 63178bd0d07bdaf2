import PressCoding
public import PressContainer
public import PressGraph
public import PressTensor

/// Where every byte of a model went.
public struct Inspection: Sendable {
  /// One stored tensor.
  public struct TensorRow: Sendable {
    /// The tensor; its streams are not kept.
    public var weight: Weight
    /// What it is for, and who uses it.
    public var use: WeightUse?
    /// Decoded elements other than 0.
    public var nonzeros: Int
    /// The bytes of its streams.
    public var bytes: Int
    /// The order-0 entropy of its streams, in bits.
    public var entropyBits: Int

    /// The number of elements if they are floating-point numbers, else 0.
    public var parameters: Int { weight.elementType.isFloatingPoint ? weight.shape.count : 0 }
    /// 8 times the bytes over the parameters.
    public var bitsPerWeight: Double? { ratio(8 * bytes) }
    /// The entropy over the parameters.
    public var entropyPerWeight: Double? { ratio(entropyBits) }

    private func ratio(_ bits: Int) -> Double? {
      parameters == 0 ? nil : Double(bits) / Double(parameters)
    }
  }

  /// `container`, `onnx` or `safetensors`.
  public var format: String
  /// The size of the file.
  public var bytes: Int
  /// Every constant of the model once, in the order of the file.
  public var tensors: [TensorRow]
  /// Every byte of the file in exactly one row.
  public var ledger: [LedgerRow]
  /// Layers with weights, and their multiply-adds where shapes are known.
  public var layers: [LayerCost]
  /// The model itself.
  public var model: Model

  /// Elements of floating-point constants.
  public var parameters: Int { tensors.reduce(0) { $0 + $1.parameters } }
  /// Elements of floating-point constants other than 0.
  public var nonzeros: Int {
    tensors.reduce(0) { $0 + ($1.parameters > 0 ? $1.nonzeros : 0) }
  }
  /// The bytes of all constants of the original source in their own types.
  public var denseBytes: Int { model.history.source?.denseBytes ?? bytes }
  /// How many times smaller the file is than the original's constants.
  public var ratio: Double { Double(denseBytes) / Double(max(bytes, 1)) }

  /// Looks at a container; its streams are not read, since their records say what they hold.
  public init(_ container: Container, shapes: [String: [Int]]) throws {
    let uses = container.model.weightUses()
    let costs = container.costs()
    tensors = container.model.weights.map { weight in
      let cost = costs[weight.id] ?? (0, 0)
      return TensorRow(
        weight: weight, use: uses[weight.id],
        nonzeros: weight.knownNonzeros ?? 0, bytes: cost.bytes, entropyBits: cost.entropyBits)
    }
    (format, bytes, model) = ("container", container.byteCount, container.model)
    ledger = try container.ledger()
    layers = try Self.costs(model, shapes, nonzeros: Self.nonzeros(tensors))
  }

  /// Looks at a model of another format; every tensor is read.
  public init(_ model: Model, format: String, bytes: Int, shapes: [String: [Int]]) throws {
    let uses = model.weightUses()
    var rows: [TensorRow] = []
    var ledger: [LedgerRow] = []
    for weight in model.weights {
      let contents = try weight.contents()
      let stored = try StoredWeight(weight, contents)
      rows.append(
        TensorRow(
          weight: weight, use: uses[weight.id], nonzeros: try weight.countNonzeros(in: contents),
          bytes: stored.byteCount,
          entropyBits: stored.streams.reduce(0) { $0 + $1.entropyBits }))
      let inFile = contents.values.isMapped ? contents.values.byteCount : 0
      if inFile > 0 {
        ledger.append(
          LedgerRow(section: "tensors", tensor: weight.name, stream: "values", bytes: inFile))
      }
    }
    let listed = ledger.reduce(0) { $0 + $1.bytes }
    // Tensors of external files are not bytes of this one.
    if listed > bytes { ledger = [] }
    ledger.append(
      LedgerRow(section: "structure", bytes: listed > bytes ? bytes : bytes - listed))
    (self.format, self.bytes, self.model) = (format, bytes, model)
    (tensors, self.ledger) = (rows, ledger)
    layers = try Self.costs(model, shapes, nonzeros: Self.nonzeros(rows))
  }

  /// Costs at the shapes that are given; a first dimension that stays open is 1.
  private static func costs(
    _ model: Model, _ shapes: [String: [Int]], nonzeros: [WeightID: Int]
  ) throws(GraphError) -> [LayerCost] {
    let fixed = model.withSingleExamples(except: Set(shapes.keys))
    return fixed.costs(try fixed.inferShapes(fixing: shapes), nonzeros: nonzeros)
  }

  private static func nonzeros(_ rows: [TensorRow]) -> [WeightID: Int] {
    Dictionary(rows.map { ($0.weight.id, $0.nonzeros) }, uniquingKeysWith: { first, _ in first })
  }
}
