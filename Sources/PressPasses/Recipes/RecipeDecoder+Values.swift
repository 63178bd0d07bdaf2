import PressYAML

extension RecipeDecoder {
  /// A value of any type; errors that the type itself throws get the value's place.
  func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do {
      return try Value(from: self)
    } catch let error as RecipeError {
      throw error
    } catch let error as DecodingError {
      throw mismatch(Self.choices(type) ?? Self.text(error))
    }
  }

  /// What can be chosen from, where a type has only so many values.
  private static func choices(_ type: any Any.Type) -> String? {
    guard let type = type as? any CaseIterable.Type else { return nil }
    func names<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
      Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }
    let found = names(type)
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }

  private static func text(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "another value"
    }
  }

  func boolean() throws(RecipeError) -> Bool {
    switch node.content {
    case .scalar("true", isPlain: true): true
    case .scalar("false", isPlain: true): false
    default: throw mismatch("true or false")
    }
  }

  func text() throws(RecipeError) -> String {
    guard case .scalar(let text, _) = node.content, !node.isNull else { throw mismatch("a text") }
    return text
  }

  func real<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Number.Type
  ) throws(RecipeError) -> Number {
    guard case .scalar(let text, isPlain: true) = node.content, let number = Number(text),
      number.isFinite
    else { throw mismatch("a number") }
    return number
  }

  func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(RecipeError) -> Number {
    guard case .scalar(let text, isPlain: true) = node.content, let number = Number(text) else {
      throw mismatch(Number.isSigned ? "a whole number" : "a whole number from 0")
    }
    return number
  }
}

/// The keys of a mapping.
struct RecipeKeys<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: RecipeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  var allKeys: [Key] {
    guard case .mapping(let entries) = decoder.node.content else { return [] }
    return entries.compactMap { Key(stringValue: $0.key) }
  }

  private func node(_ key: Key) -> YAMLNode? {
    decoder.notes.ask(key.recipeName, of: decoder.node)
    return decoder.node[key.recipeName]
  }

  private func inner(_ key: Key) throws(RecipeError) -> RecipeDecoder {
    guard let node = node(key) else {
      throw decoder.notes.missing(key.recipeName, of: decoder.node)
    }
    return decoder.inner(node, key)
  }

  func contains(_ key: Key) -> Bool { node(key) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try inner(key).node.isNull }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try inner(key).value(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try inner(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try inner(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }
}

/// The values of a list, one after the other.
struct RecipeList: UnkeyedDecodingContainer {
  let decoder: RecipeDecoder
  let items: [YAMLNode]
  private(set) var currentIndex = 0

  /// A place in the list as a key.
  private struct Index: CodingKey {
    let intValue: Int?
    var stringValue: String { "\(intValue ?? 0)" }
    init(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
  }

  init(decoder: RecipeDecoder, items: [YAMLNode]) {
    self.decoder = decoder
    self.items = items
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex == items.count }

  private mutating func next() throws(RecipeError) -> RecipeDecoder {
    guard currentIndex < items.count else {
      throw decoder.mismatch("a longer list")
    }
    defer { currentIndex += 1 }
    return decoder.inner(items[currentIndex], Index(intValue: currentIndex))
  }

  mutating func decodeNil() throws -> Bool {
    guard currentIndex < items.count, items[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().value(type)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}

/// A value by itself.
struct RecipeScalar: SingleValueDecodingContainer {
  let decoder: RecipeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.node.isNull }
  func decode(_ type: Bool.Type) throws -> Bool { try decoder.boolean() }
  func decode(_ type: String.Type) throws -> String { try decoder.text() }
  func decode(_ type: Double.Type) throws -> Double { try decoder.real(type) }
  func decode(_ type: Float.Type) throws -> Float { try decoder.real(type) }
  func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }
}
