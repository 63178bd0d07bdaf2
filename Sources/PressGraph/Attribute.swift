public import PressTensor

/// A named parameter of an operator as a file holds it, before it gets its type.
public struct Attribute: Sendable, Equatable {
  /// The attribute's name.
  public var name: String
  /// Its value.
  public var value: AttributeValue

  /// A name and a value.
  public init(_ name: String, _ value: AttributeValue) {
    self.name = name
    self.value = value
  }
}

/// The kinds of attribute values; raw numbers are those ONNX gives them.
public enum AttributeKind: UInt8, Sendable, Hashable {
  case float = 1
  case int = 2
  case string = 3
  case tensor = 4
  case graph = 5
  case floats = 6
  case ints = 7
  case strings = 8
  case tensors = 9
  case graphs = 10
  case sparseTensor = 11
  case sparseTensors = 12
  case type = 13
  case types = 14
}

/// An attribute's value.
///
/// Strings are bytes, since nothing promises UTF-8.
public enum AttributeValue: Sendable, Equatable {
  case float(Float)
  case int(Int)
  case string([UInt8])
  case tensor(WeightID)
  case graph(Graph)
  case floats([Float])
  case ints([Int])
  case strings([[UInt8]])
  case tensors([WeightID])
  case graphs([Graph])
  case sparseTensor(SparseTensor)
  case sparseTensors([SparseTensor])
  case type(ValueType)
  case types([ValueType])
  /// Inside a function: the value of the function's own attribute of this name.
  case reference(String, AttributeKind)

  /// Which kind of value this is.
  public var kind: AttributeKind {
    switch self {
    case .float: .float
    case .int: .int
    case .string: .string
    case .tensor: .tensor
    case .graph: .graph
    case .floats: .floats
    case .ints: .ints
    case .strings: .strings
    case .tensors: .tensors
    case .graphs: .graphs
    case .sparseTensor: .sparseTensor
    case .sparseTensors: .sparseTensors
    case .type: .type
    case .types: .types
    case .reference(_, let kind): kind
    }
  }
}

/// An operator by name with its attributes: what a file says before anybody understands it.
public struct OperationRecord: Sendable, Equatable {
  /// The operator's domain; empty for ONNX's own.
  public var domain: String
  /// The operator's type, such as `Conv`.
  public var type: String
  /// Tells functions of one name apart.
  public var overload: String
  /// The attributes, in the order of the source.
  public var attributes: [Attribute]

  /// An operator by name.
  public init(
    domain: String = "", type: String, overload: String = "", attributes: [Attribute] = []
  ) {
    self.domain = domain
    self.type = type
    self.overload = overload
    self.attributes = attributes
  }
}
