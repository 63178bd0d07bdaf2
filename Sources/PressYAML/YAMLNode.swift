/// A value of a YAML document, with the place where it begins.
public struct YAMLNode: Sendable, Equatable {
  /// What a value can be.
  public enum Content: Sendable, Equatable {
    /// Text; plain text stands without quotes and may mean a number, a truth value or nothing.
    case scalar(String, isPlain: Bool)
    /// Values in order.
    case sequence([YAMLNode])
    /// Keys with their values, in order, each key once.
    case mapping([YAMLEntry])
  }

  /// The value.
  public var content: Content
  /// Where it begins.
  public var place: YAMLPlace

  /// A value at a place.
  public init(_ content: Content, at place: YAMLPlace) {
    self.content = content
    self.place = place
  }

  /// What the value is, for messages.
  public var kind: String {
    switch content {
    case .scalar(let text, _): text.isEmpty || isNull ? "nothing" : "'\(text)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// Whether the value is none: nothing, `~` or `null`, without quotes.
  public var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// The value of a key, if this is a mapping that has it.
  public subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }
}

/// A key of a mapping and its value.
public struct YAMLEntry: Sendable, Equatable {
  /// The key.
  public var key: String
  /// Where the key begins.
  public var place: YAMLPlace
  /// The value.
  public var value: YAMLNode

  /// A key at a place, and its value.
  public init(_ key: String, at place: YAMLPlace, _ value: YAMLNode) {
    self.key = key
    self.place = place
    self.value = value
  }
}

/// A place in a text: what the text is called, and line and column, both from 1.
public struct YAMLPlace: Sendable, Hashable, CustomStringConvertible {
  /// The text's name: a file's path, for one.
  public var source: String
  /// The line.
  public var line: Int
  /// The column, counted in characters.
  public var column: Int

  /// A place.
  public init(source: String, line: Int, column: Int) {
    self.source = source
    self.line = line
    self.column = column
  }

  /// `source:line:column`.
  public var description: String { "\(source):\(line):\(column)" }
}

/// What can be wrong with a YAML text.
public enum YAMLError: Error, Equatable, Sendable {
  /// The text is no YAML.
  case syntax(YAMLPlace, problem: String)
  /// The text uses what Press does not read: anchors, aliases, tags, several documents.
  case unsupported(YAMLPlace, feature: String)
  /// A mapping has a key twice.
  case duplicateKey(YAMLPlace, key: String)
  /// A key is no text.
  case keyKind(YAMLPlace, found: String)
  /// Values are nested too deeply.
  case depth(YAMLPlace, limit: Int)
  /// The text is too long.
  case size(source: String, limit: Int, found: Int)
  /// There is no value in the text.
  case empty(source: String)
}

extension YAMLError: CustomStringConvertible {
  /// Where it is; `nil` where the whole text is wrong.
  public var place: YAMLPlace? {
    switch self {
    case .syntax(let place, _), .unsupported(let place, _), .duplicateKey(let place, _),
      .keyKind(let place, _), .depth(let place, _):
      place
    case .size, .empty: nil
    }
  }

  /// The text's name.
  public var source: String {
    switch self {
    case .size(let source, _, _), .empty(let source): source
    default: place?.source ?? ""
    }
  }

  /// What is wrong, what was expected and what was found.
  public var problem: String {
    switch self {
    case .syntax(_, let problem): "malformed YAML, \(problem)"
    case .unsupported(_, let feature):
      "unsupported YAML, expected plain values, lists and mappings, found \(feature)"
    case .duplicateKey(_, let key):
      "duplicate key, expected each key once, found '\(key)' again"
    case .keyKind(_, let found): "malformed key, expected a name, found \(found)"
    case .depth(_, let limit):
      "values nested too deeply, expected at most \(limit) levels, found more"
    case .size(_, let limit, let found):
      "text too long, expected at most \(limit) bytes, found \(found)"
    case .empty: "no content, expected a YAML document, found nothing"
    }
  }

  /// One line: where and what.
  public var description: String { "\(place?.description ?? source): \(problem)" }
}
