public import PressTensor

/// A named value and what is known of its type.
public struct ValueInfo: Hashable, Sendable {
  /// The value's name.
  public var name: String
  /// Its type; `nil` where the source does not say.
  public var type: ValueType?
  /// A description.
  public var documentation: String
  /// Free properties.
  public var properties: [Property]

  /// A named value.
  public init(
    name: String, type: ValueType? = nil, documentation: String = "", properties: [Property] = []
  ) {
    self.name = name
    self.type = type
    self.documentation = documentation
    self.properties = properties
  }
}

/// One axis of a tensor whose shape may depend on the input.
public enum Dimension: Hashable, Sendable {
  /// A fixed size.
  case known(Int)
  /// A size that is the same wherever the name stands.
  case named(String)
  /// Nothing is known.
  case unknown
}

/// The type of a value.
public indirect enum ValueType: Hashable, Sendable {
  /// A tensor: element type (`nil` if undeclared) and dimensions (`nil` if even the rank is
  /// unknown).
  case tensor(ElementType?, [Dimension]?)
  /// A sparse tensor.
  case sparseTensor(ElementType?, [Dimension]?)
  /// A sequence of values of one type.
  case sequence(ValueType?)
  /// A value that may be absent.
  case optional(ValueType?)
  /// A map; the key's type is an integer type or string.
  case map(key: ElementType?, value: ValueType?)
  /// A type that only its domain knows.
  case opaque(domain: String, name: String)
}

extension Dimension: CustomStringConvertible {
  /// The size, the name, or `?`.
  public var description: String {
    switch self {
    case .known(let size): String(size)
    case .named(let name): name
    case .unknown: "?"
    }
  }
}
