public import PressTensor

/// A computation: nodes joined by named values.
///
/// Nested graphs are graphs too.
public struct Graph: Sendable, Equatable {
  /// The graph's name.
  public var name: String
  /// What goes in.
  ///
  /// Values that a constant fills as well are defaults and need not be given.
  public var inputs: [ValueInfo]
  /// What comes out, in order.
  public var outputs: [ValueInfo]
  /// Types of values inside, as the source declared them.
  public var values: [ValueInfo]
  /// Initializers: value names bound to weights.
  public var constants: [ConstantBinding]
  /// Initializers in sparse form, kept whole.
  public var sparseConstants: [SparseTensor]
  /// The nodes, in the order of the source.
  public var nodes: [Node]
  /// A description.
  public var documentation: String
  /// Free properties.
  public var properties: [Property]
  /// Quantization annotations: for a tensor, the names of its parameters' tensors.
  public var annotations: [Annotation]

  /// A graph from its parts.
  public init(
    name: String = "", inputs: [ValueInfo] = [], outputs: [ValueInfo] = [],
    values: [ValueInfo] = [], constants: [ConstantBinding] = [],
    sparseConstants: [SparseTensor] = [], nodes: [Node] = [], documentation: String = "",
    properties: [Property] = [], annotations: [Annotation] = []
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.values = values
    self.constants = constants
    self.sparseConstants = sparseConstants
    self.nodes = nodes
    self.documentation = documentation
    self.properties = properties
    self.annotations = annotations
  }

  /// The names of the inputs that a caller has to give: those that no initializer fills.
  public var requiredInputs: [ValueInfo] {
    let filled = Set(constants.map(\.name)).union(sparseConstants.map(\.name))
    return inputs.filter { !filled.contains($0.name) }
  }
}

/// An initializer: a value's name bound to a weight.
///
/// Two names may share one weight.
public struct ConstantBinding: Hashable, Sendable {
  /// The value's name.
  public var name: String
  /// The weight.
  public var weight: WeightID
  /// A description.
  public var documentation: String

  /// A binding.
  public init(name: String, weight: WeightID, documentation: String = "") {
    self.name = name
    self.weight = weight
    self.documentation = documentation
  }
}

/// A tensor given by its non-zero values and their positions, as ONNX's sparse initializers are.
public struct SparseTensor: Hashable, Sendable {
  /// The value's name; may be empty in an attribute.
  public var name: String
  /// The values, a vector.
  public var values: WeightID
  /// Their flat positions, or one row of coordinates each.
  public var indices: WeightID
  /// The dense tensor's dimensions.
  public var dimensions: [Int]

  /// A sparse tensor from its parts.
  public init(name: String, values: WeightID, indices: WeightID, dimensions: [Int]) {
    self.name = name
    self.values = values
    self.indices = indices
    self.dimensions = dimensions
  }
}

/// Properties of a tensor named by the source, such as its quantization parameters.
public struct Annotation: Hashable, Sendable {
  /// The tensor's value name.
  public var name: String
  /// Keys such as `SCALE_TENSOR` with the names of tensors.
  public var properties: [Property]

  /// An annotation.
  public init(name: String, properties: [Property]) {
    self.name = name
    self.properties = properties
  }
}

/// One step of a graph.
public struct Node: Sendable, Equatable {
  /// The node's own name, often empty.
  public var name: String
  /// The names of the values it takes; an empty name is an optional input left out.
  public var inputs: [String]
  /// The names of the values it makes; an empty name is an output nobody wants.
  public var outputs: [String]
  /// What it does.
  public var operation: Operation
  /// A description.
  public var documentation: String
  /// Free properties.
  public var properties: [Property]

  /// A node from its parts.
  public init(
    name: String = "", inputs: [String], outputs: [String], operation: Operation,
    documentation: String = "", properties: [Property] = []
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.operation = operation
    self.documentation = documentation
    self.properties = properties
  }

  /// What people call the node: its name, or its first output where it has none.
  public var label: String { name.isEmpty ? outputs.first ?? "" : name }
}

/// A subgraph that nodes call like an operator.
public struct Function: Sendable, Equatable {
  /// The domain of the operator that it defines.
  public var domain: String
  /// The operator's type.
  public var name: String
  /// Tells functions of one name apart.
  public var overload: String
  /// Names of attributes without default.
  public var attributes: [String]
  /// Attributes with their defaults.
  public var defaults: [Attribute]
  /// The operator sets that the body uses.
  public var opsets: [Opset]
  /// The body; its inputs and outputs carry names only.
  public var body: Graph

  /// A function from its parts.
  public init(
    domain: String, name: String, overload: String = "", attributes: [String] = [],
    defaults: [Attribute] = [], opsets: [Opset] = [], body: Graph
  ) {
    self.domain = domain
    self.name = name
    self.overload = overload
    self.attributes = attributes
    self.defaults = defaults
    self.opsets = opsets
    self.body = body
  }
}
