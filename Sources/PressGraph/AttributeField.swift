/// The tie between one attribute of a file and one property of a typed operator.
public struct AttributeField<Root> {
  /// The attribute's name in the file.
  let name: String
  /// Sets the property; `false` if the value is not what the operator's specification allows.
  let read: (inout Root, AttributeValue) -> Bool
  /// The property as a file would hold it; `nil` where it is not to be written at all.
  let write: (Root) -> AttributeValue?

  /// An integer.
  static func int(_ name: String, _ path: WritableKeyPath<Root, Int>) -> Self {
    Self(name: name) { root, value in
      guard case .int(let int) = value else { return false }
      root[keyPath: path] = int
      return true
    } write: {
      .int($0[keyPath: path])
    }
  }

  /// An integer that is 0 or 1.
  static func bool(_ name: String, _ path: WritableKeyPath<Root, Bool>) -> Self {
    Self(name: name) { root, value in
      guard case .int(let int) = value, int == 0 || int == 1 else { return false }
      root[keyPath: path] = int == 1
      return true
    } write: {
      .int($0[keyPath: path] ? 1 : 0)
    }
  }

  /// A float.
  static func float(_ name: String, _ path: WritableKeyPath<Root, Float>) -> Self {
    Self(name: name) { root, value in
      guard case .float(let float) = value else { return false }
      root[keyPath: path] = float
      return true
    } write: {
      .float($0[keyPath: path])
    }
  }

  /// A list of integers; an absent list is `nil`, which differs from an empty one.
  static func ints(_ name: String, _ path: WritableKeyPath<Root, [Int]?>) -> Self {
    Self(name: name) { root, value in
      guard case .ints(let ints) = value else { return false }
      root[keyPath: path] = ints
      return true
    } write: {
      $0[keyPath: path].map(AttributeValue.ints)
    }
  }

  /// A word out of a fixed set.
  static func word<Word: RawRepresentable<String>>(
    _ name: String, _ path: WritableKeyPath<Root, Word>
  ) -> Self {
    Self(name: name) { root, value in
      guard case .string(let bytes) = value,
        let word = Word(rawValue: String(decoding: bytes, as: UTF8.self))
      else { return false }
      root[keyPath: path] = word
      return true
    } write: {
      .string(Array($0[keyPath: path].rawValue.utf8))
    }
  }
}

extension OperationAttributes {
  /// The typed form of a record's attributes; `nil` if any is unknown, doubled or malformed.
  init?(_ attributes: [Attribute], opset: Int) {
    self.init(opset: opset)
    var seen: Set<String> = []
    for attribute in attributes {
      guard seen.insert(attribute.name).inserted,
        let field = Self.fields.first(where: { $0.name == attribute.name }),
        field.read(&self, attribute.value)
      else { return nil }
    }
  }

  /// The attributes that differ from the defaults of a version of the operator set.
  func attributes(opset: Int) -> [Attribute] {
    let defaults = Self(opset: opset)
    return Self.fields.compactMap { field in
      guard let value = field.write(self), value != field.write(defaults) else { return nil }
      return Attribute(field.name, value)
    }
  }
}
