import PressTensor

/// Reads the header's JSON: exactly the objects that the format prescribes and nothing else.
///
/// There is no recursion to overflow, a duplicate key is found, and memory is in proportion to the
/// tensors that are really described.
struct SafetensorsHeaderParser {
  private(set) var tensors: [SafetensorsTensor] = []
  private(set) var metadata: [(key: String, value: String)] = []
  private var text: JSONText

  /// Takes the header's bytes, which start at `offset` of the file.
  init(_ bytes: [UInt8], offset: Int) {
    text = JSONText(bytes, offset: offset)
  }

  mutating func parse() throws(SafetensorsError) {
    guard text.isAtBrace else { throw text.syntax("'{' first") }
    var names: Set<String> = []
    try text.expect("{")
    if !text.skip("}") {
      repeat {
        let name = try text.string()
        guard names.insert(name).inserted else { throw .duplicateKey(name) }
        try text.expect(":")
        if name == SafetensorsHeader.metadataKey {
          try parseMetadata()
        } else {
          tensors.append(try tensor(name))
        }
      } while text.skip(",")
      try text.expect("}")
    }
    guard text.isAtEnd else { throw text.syntax("the end of the header") }
  }

  private mutating func parseMetadata() throws(SafetensorsError) {
    var keys: Set<String> = []
    try text.expect("{")
    if text.skip("}") { return }
    repeat {
      let key = try text.string()
      guard keys.insert(key).inserted else { throw .duplicateKey(key) }
      try text.expect(":")
      metadata.append((key, try text.string()))
    } while text.skip(",")
    try text.expect("}")
  }

  private mutating func tensor(_ name: String) throws(SafetensorsError) -> SafetensorsTensor {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try text.expect("{")
    if !text.skip("}") {
      repeat {
        let key = try text.string()
        try text.expect(":")
        switch key {
        case "dtype":
          guard type == nil else { throw .duplicateKey(key) }
          let code = try text.string()
          type = SafetensorsType.type(code)
          guard type != nil else { throw .elementType(code, tensor: name) }
        case "shape":
          guard shape == nil else { throw .duplicateKey(key) }
          shape = try text.numbers(atMost: SafetensorsHeader.mostAxes) { .rank($0, tensor: name) }
        case "data_offsets":
          guard offsets == nil else { throw .duplicateKey(key) }
          let error = text.syntax("two offsets")
          offsets = try text.numbers(atMost: 2) { _ in error }
          guard offsets?.count == 2 else { throw error }
        default: throw .unknownKey(key, tensor: name)
        }
      } while text.skip(",")
      try text.expect("}")
    }
    guard let type else { throw .missingKey("dtype", tensor: name) }
    guard let shape else { throw .missingKey("shape", tensor: name) }
    guard let offsets else { throw .missingKey("data_offsets", tensor: name) }
    return SafetensorsTensor(
      name: name, elementType: type, dimensions: shape, offsets: (offsets[0], offsets[1]))
  }
}
