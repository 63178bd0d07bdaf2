import CYaml

/// The events of a YAML text as libyaml finds them; the one place that holds its pointers.
@safe struct YAMLEvents: ~Copyable {
  /// One step through a text.
  enum Event {
    case documentStart
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    case end
    case other
    case finished
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let source: String

  /// Begins at the start of a text in UTF-8.
  init(_ bytes: [UInt8], source: String) throws(YAMLError) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw .syntax(YAMLPlace(source: source, line: 1, column: 1), problem: "out of memory")
    }
    let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    _ = unsafe text.initialize(from: bytes)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, UnsafePointer(text.baseAddress), bytes.count)
    unsafe self.parser = parser
    unsafe self.text = text
    self.source = source
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event, and where it begins; refuses anchors, aliases and tags.
  mutating func next() throws(YAMLError) -> (event: Event, place: YAMLPlace) {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
    defer { unsafe yaml_event_delete(&event) }
    let place = unsafe place(event.start_mark)
    let data = unsafe event.data
    switch unsafe event.type {
    case YAML_STREAM_END_EVENT: return (.finished, place)
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, place)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return (.end, place)
    case YAML_ALIAS_EVENT: throw .unsupported(place, feature: "an alias")
    case YAML_SCALAR_EVENT:
      try unsafe refuse(data.scalar.anchor, data.scalar.tag, place)
      let bytes = unsafe UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      let isPlain = unsafe data.scalar.style == YAML_PLAIN_SCALAR_STYLE
      return (.scalar(text, isPlain: isPlain), place)
    case YAML_SEQUENCE_START_EVENT:
      try unsafe refuse(data.sequence_start.anchor, data.sequence_start.tag, place)
      return (.sequenceStart, place)
    case YAML_MAPPING_START_EVENT:
      try unsafe refuse(data.mapping_start.anchor, data.mapping_start.tag, place)
      return (.mappingStart, place)
    default: return (.other, place)
    }
  }

  private func refuse(
    _ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?, _ place: YAMLPlace
  ) throws(YAMLError) {
    if unsafe anchor != nil { throw .unsupported(place, feature: "an anchor") }
    if unsafe tag != nil { throw .unsupported(place, feature: "a tag") }
  }

  private func place(_ mark: yaml_mark_t) -> YAMLPlace {
    YAMLPlace(source: source, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  /// What libyaml says is wrong.
  private var failure: YAMLError {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    return unsafe .syntax(
      place(parser.pointee.problem_mark), problem: problem ?? "expected YAML, found something else")
  }
}
