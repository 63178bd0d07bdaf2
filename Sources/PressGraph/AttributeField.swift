import PressTensor

/// The tie between one attribute of a file and one property of a typed operator.
struct AttributeField<Root> {
  /// The attribute's name in the file.
  let name: String
  /// Sets the property; `false` if the value is not what the operator's specification allows.
  let read: (inout Root, AttributeValue) -> Bool
  /// The property as a file would hold it; `nil` where it is not to be written at all.
  let write: (Root) -> AttributeValue?
  /// Whether a record without the attribute is malformed.
  var isRequired = false
  /// Whether the operator has the attribute: its kind within the family, and the opset, decide.
  var applies: (Root, Int) -> Bool = { _, _ in true }

  private init(
    name: String, read: @escaping (inout Root, AttributeValue) -> Bool,
    write: @escaping (Root) -> AttributeValue?
  ) {
    self.name = name
    self.read = read
    self.write = write
  }

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

  /// A word out of a fixed set, some of which a version may not have.
  static func word<Word: RawRepresentable<String> & Equatable>(
    _ name: String, _ path: WritableKeyPath<Root, Word>, except missing: [Word] = []
  ) -> Self {
    Self(name: name) { root, value in
      guard case .string(let bytes) = value,
        let word = Word(rawValue: String(decoding: bytes, as: UTF8.self)), !missing.contains(word)
      else { return false }
      root[keyPath: path] = word
      return true
    } write: {
      .string(Array($0[keyPath: path].rawValue.utf8))
    }
  }

  /// An integer that may be absent.
  static func int(_ name: String, _ path: WritableKeyPath<Root, Int?>) -> Self {
    Self(name: name) { root, value in
      guard case .int(let int) = value else { return false }
      root[keyPath: path] = int
      return true
    } write: {
      $0[keyPath: path].map(AttributeValue.int)
    }
  }

  /// A float that may be absent.
  static func float(_ name: String, _ path: WritableKeyPath<Root, Float?>) -> Self {
    Self(name: name) { root, value in
      guard case .float(let float) = value else { return false }
      root[keyPath: path] = float
      return true
    } write: {
      $0[keyPath: path].map(AttributeValue.float)
    }
  }

  /// A list of floats that may be absent.
  static func floats(_ name: String, _ path: WritableKeyPath<Root, [Float]?>) -> Self {
    Self(name: name) { root, value in
      guard case .floats(let floats) = value else { return false }
      root[keyPath: path] = floats
      return true
    } write: {
      $0[keyPath: path].map(AttributeValue.floats)
    }
  }

  /// A tensor that may be absent.
  static func tensor(_ name: String, _ path: WritableKeyPath<Root, WeightID?>) -> Self {
    Self(name: name) { root, value in
      guard case .tensor(let id) = value else { return false }
      root[keyPath: path] = id
      return true
    } write: {
      $0[keyPath: path].map(AttributeValue.tensor)
    }
  }

  /// An element type, given by its number.
  static func elementType(_ name: String, _ path: WritableKeyPath<Root, ElementType>) -> Self {
    Self(name: name) { root, value in
      guard case .int(let int) = value, let number = UInt8(exactly: int),
        let type = ElementType(rawValue: number)
      else { return false }
      root[keyPath: path] = type
      return true
    } write: {
      .int(Int($0[keyPath: path].rawValue))
    }
  }

  /// An element type, given by its number, that may be absent; 0 stands for none too.
  static func elementType(_ name: String, _ path: WritableKeyPath<Root, ElementType?>) -> Self {
    Self(name: name) { root, value in
      guard case .int(let int) = value, let number = UInt8(exactly: int) else { return false }
      let type = ElementType(rawValue: number)
      root[keyPath: path] = type
      return type != nil || number == 0
    } write: {
      .int($0[keyPath: path].map { Int($0.rawValue) } ?? 0)
    }
  }

  /// A list of words out of a fixed set; an absent list is `nil`.
  static func words<Word: RawRepresentable<String>>(
    _ name: String, _ path: WritableKeyPath<Root, [Word]?>
  ) -> Self {
    Self(name: name) { root, value in
      guard case .strings(let strings) = value else { return false }
      let words = strings.compactMap { Word(rawValue: String(decoding: $0, as: UTF8.self)) }
      root[keyPath: path] = words
      return words.count == strings.count
    } write: {
      $0[keyPath: path].map { .strings($0.map { Array($0.rawValue.utf8) }) }
    }
  }
}

extension AttributeField {
  /// The same attribute, without which a record is malformed.
  var required: Self {
    var field = self
    field.isRequired = true
    return field
  }

  /// The same attribute, known from a version of the operator set on.
  func since(_ opset: Int) -> Self {
    when { $1 >= opset }
  }

  /// The same attribute, gone in a version of the operator set.
  func before(_ opset: Int) -> Self {
    when { $1 < opset }
  }

  /// The same attribute, of some operators of the family only.
  func only(_ condition: @escaping (Root) -> Bool) -> Self {
    when { root, _ in condition(root) }
  }

  /// The same attribute, where kind and version fulfil a condition.
  func when(_ condition: @escaping (Root, Int) -> Bool) -> Self {
    var field = self
    let earlier = applies
    field.applies = { earlier($0, $1) && condition($0, $1) }
    return field
  }
}
