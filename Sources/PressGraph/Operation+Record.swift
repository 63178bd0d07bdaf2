extension Operation {
  /// The typed operation that a record stands for, in a version of its domain's operator set.
  public init(_ record: OperationRecord, opset: Int) {
    self = Operation.typed(record, opset: opset) ?? .opaque(record)
  }

  private static func typed(_ record: OperationRecord, opset: Int) -> Operation? {
    guard record.domain.isEmpty || record.domain == "ai.onnx", record.overload.isEmpty else {
      return nil
    }
    let attributes = record.attributes
    if attributes.isEmpty {
      if let function = UnaryFunction(rawValue: record.type) { return .unary(function) }
      if let function = BinaryFunction(rawValue: record.type) { return .binary(function) }
    }
    switch record.type {
    case "Conv": return Convolution(attributes, opset: opset).map(Operation.convolution)
    case "Gemm": return Gemm(attributes, opset: opset).map(Operation.gemm)
    case "MatMul": return attributes.isEmpty ? .matrixProduct : nil
    case "Flatten": return Flatten(attributes, opset: opset).map(Operation.flatten)
    default: break
    }
    if let kind = Pool.Kind(rawValue: record.type), var pool = Pool(attributes, opset: opset) {
      pool.kind = kind
      return .pool(pool)
    }
    return nil
  }

  /// The operation as a file holds it, in a version of its domain's operator set.
  ///
  /// Constants have no record of their own: writers emit them from their weight.
  public func record(opset: Int) -> OperationRecord? {
    switch self {
    case .constant: nil
    case .unary(let function): OperationRecord(type: function.rawValue)
    case .binary(let function): OperationRecord(type: function.rawValue)
    case .convolution(let convolution):
      OperationRecord(type: "Conv", attributes: convolution.attributes(opset: opset))
    case .gemm(let gemm): OperationRecord(type: "Gemm", attributes: gemm.attributes(opset: opset))
    case .matrixProduct: OperationRecord(type: "MatMul")
    case .pool(let pool):
      OperationRecord(type: pool.kind.rawValue, attributes: pool.attributes(opset: opset))
    case .flatten(let flatten):
      OperationRecord(type: "Flatten", attributes: flatten.attributes(opset: opset))
    case .opaque(let record): record
    }
  }
}
