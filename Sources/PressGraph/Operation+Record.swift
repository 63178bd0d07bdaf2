extension Operation {
  /// The typed operation that a record stands for, in a version of its domain's operator set.
  public init(_ record: OperationRecord, opset: Int) {
    self = Operation.typed(record, opset: opset) ?? .opaque(record)
  }

  /// The operation as a file holds it, in a version of its domain's operator set.
  ///
  /// Constants have no record of their own: writers emit them from their weight. An operation keeps
  /// its meaning in another version than its own only if `means(theSameIn:)` says so.
  public func record(opset: Int) -> OperationRecord? {
    switch self {
    case .constant: nil
    case .opaque(let record): record
    default: attributes.map { $0.record(opset: opset) }
    }
  }

  /// The operator's type as a file names it; constants are `Constant` and `ConstantOfShape`.
  public var type: String {
    switch self {
    case .constant(_, .constant): "Constant"
    case .constant(_, .constantOfShape): "ConstantOfShape"
    case .opaque(let record): record.type
    default: attributes?.type ?? ""
    }
  }

  /// Whether a record written for a version of the operator set would be read as this operation.
  public func means(theSameIn opset: Int) -> Bool {
    record(opset: opset).map { Operation($0, opset: opset) == self } ?? true
  }

  private static func typed(_ record: OperationRecord, opset: Int) -> Operation? {
    guard record.domain.isEmpty || record.domain == "ai.onnx", record.overload.isEmpty else {
      return nil
    }
    return readers[record.type]?(record, opset)
  }

  private typealias Reader = @Sendable (OperationRecord, Int) -> Operation?

  /// How each operator is read, by its type.
  private static let readers: [String: Reader] = {
    let families = computing + normalizing + moving
    return Dictionary(families.joined()) { first, _ in first }
  }()

  private static var computing: [[(String, Reader)]] {
    [
      family(Operation.unary), family(Operation.activation), family(Operation.binary),
      family(Operation.variadic), family(Operation.modulo), family(Operation.clip),
      family(Operation.cast), family(Operation.dropout), family(Operation.convolution),
      family(Operation.convolutionTranspose), family(Operation.gemm), family(Operation.plain),
      family(Operation.quantizedConvolution), family(Operation.quantizedProduct),
      family(Operation.quantize), family(Operation.dequantize), family(Operation.recurrent),
      family(Operation.pool), family(Operation.globalPool), family(Operation.reduce),
      family(Operation.argReduce), family(Operation.cumulativeSum), family(Operation.topK),
    ]
  }

  private static var normalizing: [[(String, Reader)]] {
    [
      family(Operation.softmax), family(Operation.batchNormalization),
      family(Operation.layerNormalization), family(Operation.rmsNormalization),
      family(Operation.lpNormalization), family(Operation.instanceNormalization),
      family(Operation.groupNormalization), family(Operation.localResponseNormalization),
    ]
  }

  private static var moving: [[(String, Reader)]] {
    [
      family(Operation.flatten), family(Operation.reshape), family(Operation.transpose),
      family(Operation.squeeze), family(Operation.unsqueeze), family(Operation.concat),
      family(Operation.split), family(Operation.slice), family(Operation.gather),
      family(Operation.gatherElements), family(Operation.gatherND),
      family(Operation.scatterElements), family(Operation.scatterND), family(Operation.oneHot),
      family(Operation.triangle), family(Operation.rearrangeDepth), family(Operation.resize),
      family(Operation.pad), family(Operation.shape), family(Operation.range),
      family(Operation.constantOfShape),
    ]
  }

  private static func family<Attributes: OperationAttributes>(
    _ make: @escaping @Sendable (Attributes) -> Operation
  ) -> [(String, Reader)] {
    Attributes.types.map { type in
      let reader: Reader = { record, opset in
        Attributes(type: type, attributes: record.attributes, opset: opset).map(make)
      }
      return (type, reader)
    }
  }

  private static func plain(_ operator: PlainOperator) -> Operation {
    switch `operator` {
    case .matrixProduct: .matrixProduct
    case .select: .select
    case .expand: .expand
    case .tile: .tile
    case .size: .size
    case .dynamicQuantize: .dynamicQuantize
    }
  }
}
