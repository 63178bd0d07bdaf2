import PressGraph
import PressTensor

/// Set in an attribute's kind where its value is a reference to a function's attribute.
private let referenceFlag: UInt8 = 0x80

extension RecordWriter {
  mutating func append(_ attribute: Attribute, in scope: Scope) {
    append(attribute.name)
    let kind = attribute.value.kind.rawValue
    if case .reference(let name, _) = attribute.value {
      bytes.append(kind | referenceFlag)
      append(name)
      return
    }
    bytes.append(kind)
    switch attribute.value {
    case .float(let float): append(float)
    case .int(let int): append(signed: int)
    case .string(let string): append(blob: string)
    case .tensor(let id): append(Int(id.number))
    case .graph(let graph): append(graph, in: scope)
    case .floats(let floats): append(floats) { $0.append($1) }
    case .ints(let ints): append(ints) { $0.append(signed: $1) }
    case .strings(let strings): append(strings) { $0.append(blob: $1) }
    case .tensors(let ids): append(ids) { $0.append(Int($1.number)) }
    case .graphs(let graphs): append(graphs) { $0.append($1, in: scope) }
    case .sparseTensor(let tensor): append(tensor)
    case .sparseTensors(let tensors): append(tensors) { $0.append($1) }
    case .type(let type): append(type)
    case .types(let types): append(types) { $0.append($1) }
    case .reference: break
    }
  }

  mutating func append(_ tensor: SparseTensor) {
    append(tensor.name)
    append(Int(tensor.values.number))
    append(Int(tensor.indices.number))
    append(tensor.dimensions) { $0.append(signed: $1) }
  }
}

extension RecordReader {
  mutating func attribute(in scope: Scope) throws(ContainerError) -> Attribute {
    let name = try string()
    let tag = try byte()
    guard let kind = AttributeKind(rawValue: tag & ~referenceFlag) else {
      throw .unknownCode(section: "graph", what: "attribute kind", code: Int(tag))
    }
    if tag & referenceFlag != 0 { return Attribute(name, .reference(try string(), kind)) }
    return Attribute(name, try value(kind, in: scope))
  }

  private mutating func value(
    _ kind: AttributeKind, in scope: Scope
  ) throws(ContainerError) -> AttributeValue {
    switch kind {
    case .float: .float(try float())
    case .int: .int(try signed())
    case .string: .string(try blob())
    case .tensor: .tensor(try weightID())
    case .graph: .graph(try graph(in: scope))
    case .floats: .floats(try list { (r) throws(ContainerError) in try r.float() })
    case .ints: .ints(try list { (r) throws(ContainerError) in try r.signed() })
    case .strings: .strings(try list { (r) throws(ContainerError) in try r.blob() })
    case .tensors: .tensors(try list { (r) throws(ContainerError) in try r.weightID() })
    case .graphs: .graphs(try records { (r) throws(ContainerError) in try r.graph(in: scope) })
    case .sparseTensor: .sparseTensor(try sparseTensor())
    case .sparseTensors:
      .sparseTensors(try records { (r) throws(ContainerError) in try r.sparseTensor() })
    case .type: .type(try presentType())
    case .types: .types(try records { (r) throws(ContainerError) in try r.presentType() })
    }
  }

  private mutating func presentType() throws(ContainerError) -> ValueType {
    guard let type = try valueType() else {
      throw .unknownCode(section: "graph", what: "value type", code: 0)
    }
    return type
  }

  mutating func sparseTensor() throws(ContainerError) -> SparseTensor {
    SparseTensor(
      name: try string(), values: try weightID(), indices: try weightID(),
      dimensions: try list { (r) throws(ContainerError) in try r.signed() })
  }

  mutating func weightID() throws(ContainerError) -> WeightID {
    let number = try number()
    guard let id = UInt32(exactly: number) else { throw .weightID(number) }
    return WeightID(id)
  }
}
