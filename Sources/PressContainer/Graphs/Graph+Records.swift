import PressGraph
import PressTensor

/// The operator sets that give attributes their meaning where a node stands.
struct Scope {
  var opsets: [Opset]

  func opset(of domain: String) -> Int {
    opsets.first { $0.domain == domain }?.version ?? 1
  }
}

/// Codes of nodes: an operator by name, or a constant in one of its forms.
private enum NodeTag: UInt8 { case operation, constant, constantOfShape }

extension RecordWriter {
  mutating func append(_ graph: Graph, in scope: Scope) {
    append(graph.name)
    append(graph.inputs) { $0.append($1) }
    append(graph.outputs) { $0.append($1) }
    append(graph.values) { $0.append($1) }
    append(graph.constants) { writer, constant in
      writer.append(constant.name)
      writer.append(Int(constant.weight.number))
      writer.append(constant.documentation)
    }
    append(graph.sparseConstants) { $0.append($1) }
    append(graph.nodes) { $0.append($1, in: scope) }
    append(graph.documentation)
    append(graph.properties)
    append(graph.annotations) { writer, annotation in
      writer.append(annotation.name)
      writer.append(annotation.properties)
    }
  }

  private mutating func append(_ node: Node, in scope: Scope) {
    append(node.name)
    append(node.inputs) { $0.append($1) }
    append(node.outputs) { $0.append($1) }
    append(node.documentation)
    append(node.properties)
    if case .constant(let id, let form) = node.operation {
      bytes.append((form == .constant ? NodeTag.constant : .constantOfShape).rawValue)
      append(Int(id.number))
      return
    }
    bytes.append(NodeTag.operation.rawValue)
    let domain = node.operation.domain
    guard let record = node.operation.record(opset: scope.opset(of: domain)) else { return }
    append(record.domain)
    append(record.type)
    append(record.overload)
    append(record.attributes) { $0.append($1, in: scope) }
  }

  mutating func append(_ function: Function) {
    let scope = Scope(opsets: function.opsets)
    append(function.domain)
    append(function.name)
    append(function.overload)
    append(function.attributes) { $0.append($1) }
    append(function.opsets)
    append(function.defaults) { $0.append($1, in: scope) }
    append(function.body, in: scope)
  }
}

extension Operation {
  /// The domain of the operator set that gives the attributes their meaning.
  fileprivate var domain: String {
    if case .opaque(let record) = self { record.domain } else { "" }
  }
}

extension RecordReader {
  mutating func graph(in scope: Scope) throws(ContainerError) -> Graph {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit else { throw .nesting(limit: Self.nestingLimit) }
    var graph = Graph(name: try string())
    graph.inputs = try records { (r) throws(ContainerError) in try r.valueInfo() }
    graph.outputs = try records { (r) throws(ContainerError) in try r.valueInfo() }
    graph.values = try records { (r) throws(ContainerError) in try r.valueInfo() }
    graph.constants = try records { (r) throws(ContainerError) in
      ConstantBinding(
        name: try r.string(), weight: try r.weightID(), documentation: try r.string())
    }
    graph.sparseConstants = try records { (r) throws(ContainerError) in try r.sparseTensor() }
    graph.nodes = try records { (r) throws(ContainerError) in try r.node(in: scope) }
    graph.documentation = try string()
    graph.properties = try properties()
    graph.annotations = try records { (r) throws(ContainerError) in
      Annotation(name: try r.string(), properties: try r.properties())
    }
    return graph
  }

  private mutating func node(in scope: Scope) throws(ContainerError) -> Node {
    let name = try string()
    let inputs = try list { (r) throws(ContainerError) in try r.string() }
    let outputs = try list { (r) throws(ContainerError) in try r.string() }
    let documentation = try string()
    let properties = try properties()
    let operation: Operation
    switch try code(NodeTag.self, "node") {
    case .constant: operation = .constant(try weightID(), .constant)
    case .constantOfShape: operation = .constant(try weightID(), .constantOfShape)
    case .operation:
      var record = OperationRecord(
        domain: try string(), type: try string(), overload: try string())
      record.attributes = try records { (r) throws(ContainerError) in try r.attribute(in: scope) }
      operation = Operation(record, opset: scope.opset(of: record.domain))
    }
    return Node(
      name: name, inputs: inputs, outputs: outputs, operation: operation,
      documentation: documentation, properties: properties)
  }

  mutating func function() throws(ContainerError) -> Function {
    var function = Function(domain: try string(), name: try string(), body: Graph())
    function.overload = try string()
    function.attributes = try list { (r) throws(ContainerError) in try r.string() }
    function.opsets = try opsets()
    let scope = Scope(opsets: function.opsets)
    function.defaults = try records { (r) throws(ContainerError) in try r.attribute(in: scope) }
    function.body = try graph(in: scope)
    return function
  }
}
