import PressGraph
import PressTensor

/// Codes of value types.
private enum TypeTag: UInt8 { case none, tensor, sparseTensor, sequence, optional, map, opaque }

/// Codes of dimensions.
private enum DimensionTag: UInt8 { case unknown, known, named }

extension RecordWriter {
  mutating func append(_ info: ValueInfo) {
    append(info.name)
    append(info.type)
    append(info.documentation)
    append(info.properties)
  }

  mutating func append(_ type: ValueType?) {
    switch type {
    case nil: bytes.append(TypeTag.none.rawValue)
    case .tensor(let element, let dimensions):
      append(.tensor, element, dimensions)
    case .sparseTensor(let element, let dimensions):
      append(.sparseTensor, element, dimensions)
    case .sequence(let element):
      bytes.append(TypeTag.sequence.rawValue)
      append(element)
    case .optional(let element):
      bytes.append(TypeTag.optional.rawValue)
      append(element)
    case .map(let key, let value):
      bytes.append(TypeTag.map.rawValue)
      bytes.append(key?.rawValue ?? 0)
      append(value)
    case .opaque(let domain, let name):
      bytes.append(TypeTag.opaque.rawValue)
      append(domain)
      append(name)
    }
  }

  private mutating func append(
    _ tag: TypeTag, _ element: ElementType?, _ dimensions: [Dimension]?
  ) {
    bytes.append(tag.rawValue)
    bytes.append(element?.rawValue ?? 0)
    append(dimensions.map { [$0] } ?? []) { writer, dimensions in
      writer.append(dimensions) { writer, dimension in writer.append(dimension) }
    }
  }

  private mutating func append(_ dimension: Dimension) {
    switch dimension {
    case .unknown: bytes.append(DimensionTag.unknown.rawValue)
    case .known(let size):
      bytes.append(DimensionTag.known.rawValue)
      append(signed: size)
    case .named(let name):
      bytes.append(DimensionTag.named.rawValue)
      append(name)
    }
  }
}

extension RecordReader {
  mutating func valueInfo() throws(ContainerError) -> ValueInfo {
    ValueInfo(
      name: try string(), type: try valueType(), documentation: try string(),
      properties: try properties())
  }

  mutating func valueType() throws(ContainerError) -> ValueType? {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit else { throw .nesting(limit: Self.nestingLimit) }
    switch try code(TypeTag.self, "value type") {
    case .none: return nil
    case .tensor: return .tensor(try elementType(), try dimensions())
    case .sparseTensor: return .sparseTensor(try elementType(), try dimensions())
    case .sequence: return .sequence(try valueType())
    case .optional: return .optional(try valueType())
    case .map: return .map(key: try elementType(), value: try valueType())
    case .opaque: return .opaque(domain: try string(), name: try string())
    }
  }

  private mutating func elementType() throws(ContainerError) -> ElementType? {
    let byte = try byte()
    if byte == 0 { return nil }
    guard let type = ElementType(rawValue: byte) else {
      throw .unknownCode(section: "graph", what: "element type", code: Int(byte))
    }
    return type
  }

  private mutating func dimensions() throws(ContainerError) -> [Dimension]? {
    let lists = try list { (r) throws(ContainerError) in
      try r.list { (r) throws(ContainerError) in try r.dimension() }
    }
    return lists.first
  }

  private mutating func dimension() throws(ContainerError) -> Dimension {
    switch try code(DimensionTag.self, "dimension") {
    case .unknown: .unknown
    case .known: .known(try signed())
    case .named: .named(try string())
    }
  }
}
