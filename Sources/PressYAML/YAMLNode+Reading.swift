extension YAMLNode {
  /// The longest text that is read: a recipe is a page at most.
  public static let largestText = 1 << 20
  /// How deeply values may be nested.
  public static let deepest = 32

  /// Reads the one document of a text.
  ///
  /// Anchors, aliases, tags and further documents are refused, so that a short text never stands for
  /// a large value; keys are text, and stand once in a mapping.
  ///
  /// - Parameter source: The text's name in places and messages.
  public init(_ text: String, source: String) throws(YAMLError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.largestText else {
      throw .size(source: source, limit: Self.largestText, found: bytes.count)
    }
    var reader = try Reader(YAMLEvents(bytes, source: source))
    guard let node = try reader.document() else { throw .empty(source: source) }
    self = node
  }

  /// Builds values from events.
  private struct Reader: ~Copyable {
    private var events: YAMLEvents

    init(_ events: consuming YAMLEvents) {
      self.events = events
    }

    mutating func document() throws(YAMLError) -> YAMLNode? {
      var found: YAMLNode?
      while true {
        let (event, place) = try events.next()
        switch event {
        case .finished: return found
        case .documentStart:
          if found != nil { throw .unsupported(place, feature: "a second document") }
          let (first, place) = try events.next()
          found = try node(first, place, depth: 1)
        default: break
        }
      }
    }

    private mutating func node(
      _ event: YAMLEvents.Event, _ place: YAMLPlace, depth: Int
    ) throws(YAMLError) -> YAMLNode {
      guard depth <= YAMLNode.deepest else { throw .depth(place, limit: YAMLNode.deepest) }
      switch event {
      case .scalar(let text, let isPlain):
        return YAMLNode(.scalar(text, isPlain: isPlain), at: place)
      case .sequenceStart:
        return YAMLNode(.sequence(try sequence(depth: depth)), at: place)
      case .mappingStart:
        return YAMLNode(.mapping(try mapping(depth: depth)), at: place)
      default: throw .syntax(place, problem: "expected a value, found the end of one")
      }
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> [YAMLNode] {
      var nodes: [YAMLNode] = []
      while true {
        let (event, place) = try events.next()
        if case .end = event { return nodes }
        nodes.append(try node(event, place, depth: depth + 1))
      }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> [YAMLEntry] {
      var entries: [YAMLEntry] = []
      var keys: Set<String> = []
      while true {
        let (event, place) = try events.next()
        if case .end = event { return entries }
        let keyNode = try node(event, place, depth: depth + 1)
        guard case .scalar(let key, _) = keyNode.content else {
          throw .keyKind(place, found: keyNode.kind)
        }
        guard keys.insert(key).inserted else { throw .duplicateKey(place, key: key) }
        let (next, valuePlace) = try events.next()
        let value = try node(next, valuePlace, depth: depth + 1)
        entries.append(YAMLEntry(key, at: place, value))
      }
    }
  }
}
