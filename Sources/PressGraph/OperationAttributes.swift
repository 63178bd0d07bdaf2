/// Attributes of one operator, or of a family of operators that share them, as stored properties.
protocol OperationAttributes: Sendable, Equatable {
  /// The operators' types in a file.
  static var types: [String] { get }
  /// The first version of the operator set whose meaning the properties express.
  static var firstOpset: Int { get }
  /// The operator's type in a file.
  var type: String { get }
  /// Which file attribute fills which property.
  static var fields: [AttributeField<Self>] { get }
  /// The defaults of one operator in a version of the operator set; `nil` for a foreign type.
  static func defaults(type: String, opset: Int) -> Self?
}

extension OperationAttributes {
  /// Any version.
  static var firstOpset: Int { 1 }
}

/// The attributes of exactly one operator.
protocol SingleOperator: OperationAttributes {
  /// The operator's type in a file.
  static var type: String { get }
  /// The attributes' defaults in a version of the operator set.
  init(opset: Int)
}

extension SingleOperator {
  /// The one type.
  static var types: [String] { [type] }
  /// The one type.
  var type: String { Self.type }
  /// The defaults in a version.
  static func defaults(type: String, opset: Int) -> Self? { Self(opset: opset) }
}

/// The attributes of operators that differ in their kind; kinds are named like the operators.
protocol OperatorFamily: OperationAttributes {
  /// The operators, raw values being their types in a file.
  associatedtype Kind: RawRepresentable<String> & CaseIterable & Sendable & Equatable
  /// Which of the operators it is.
  var kind: Kind { get }
  /// The attributes' defaults in a version of the operator set.
  init(_ kind: Kind, opset: Int)
}

extension OperatorFamily {
  /// The types of all kinds.
  static var types: [String] { Kind.allCases.map(\.rawValue) }
  /// The kind's type.
  var type: String { kind.rawValue }
  /// The defaults of a kind in a version.
  static func defaults(type: String, opset: Int) -> Self? {
    Kind(rawValue: type).map { Self($0, opset: opset) }
  }
}

extension OperationAttributes {
  /// The typed form of a record's attributes.
  ///
  /// `nil` if an attribute is unknown to the operator in that version, doubled, malformed or
  /// missing.
  init?(type: String, attributes: [Attribute], opset: Int) {
    guard opset >= Self.firstOpset, let defaults = Self.defaults(type: type, opset: opset) else {
      return nil
    }
    self = defaults
    let fields = Self.fields.filter { $0.applies(defaults, opset) }
    var seen: Set<String> = []
    for attribute in attributes {
      guard seen.insert(attribute.name).inserted,
        let field = fields.first(where: { $0.name == attribute.name }),
        field.read(&self, attribute.value)
      else { return nil }
    }
    guard fields.allSatisfy({ !$0.isRequired || seen.contains($0.name) }) else { return nil }
  }

  /// The operator by name, with the required attributes and those that differ from the defaults of
  /// a version of the operator set.
  func record(opset: Int) -> OperationRecord {
    let defaults = Self.defaults(type: type, opset: opset)
    let attributes = Self.fields.compactMap { field -> Attribute? in
      guard field.applies(self, opset), let value = field.write(self),
        field.isRequired || value != defaults.flatMap(field.write)
      else { return nil }
      return Attribute(field.name, value)
    }
    return OperationRecord(type: type, attributes: attributes)
  }
}
