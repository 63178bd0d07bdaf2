public import PressFile
public import PressGraph
import PressTensor

extension Safetensors {
  /// Writes a model's weights, decoded one at a time; its graph, if any, is left out.
  ///
  /// The widest elements come first, so that every tensor is aligned to its elements; otherwise
  /// the model's order is kept.
  ///
  /// - Throws: `FileError`, `SafetensorsError`, and what decoding a weight throws.
  public static func write(_ model: Model, to file: inout AtomicFile) throws {
    let weights = model.weights.sorted { alignment($0) > alignment($1) }
    try file.write(try header(of: weights, properties: model.metadata.properties))
    for weight in weights {
      let start = file.byteCount
      try file.write(decoded: weight)
      let expected = try weight.elementType.byteCount(weight.shape.count) ?? 0
      guard file.byteCount - start == expected else {
        throw SafetensorsError.byteCount(
          expected: expected, found: file.byteCount - start, tensor: weight.name)
      }
    }
  }

  /// The bytes of one element; at least one.
  private static func alignment(_ weight: Weight) -> Int { weight.elementType.byteWidth ?? 1 }

  /// The length field and the JSON, padded with spaces to a multiple of eight.
  static func header(
    of weights: [Weight], properties: [Property]
  ) throws(SafetensorsError) -> [UInt8] {
    var names: Set<String> = [SafetensorsHeader.metadataKey]
    var fields: [String] = []
    if !properties.isEmpty { fields.append(try metadata(properties)) }
    var offset = 0
    for weight in weights {
      guard names.insert(weight.name).inserted else { throw .unwritableName(weight.name) }
      guard let type = SafetensorsType.name(weight.elementType),
        let bits = weight.elementType.bitWidth
      else { throw .unwritable(weight.elementType, tensor: weight.name) }
      let count = try byteCount(weight)
      guard weight.shape.count * bits % 8 == 0 else { throw .partialByte(tensor: weight.name) }
      let (end, overflow) = offset.addingReportingOverflow(count)
      guard !overflow else { throw .sizeOverflow(weight.shape.dimensions, tensor: weight.name) }
      let shape = weight.shape.dimensions.map(String.init).joined(separator: ",")
      fields.append(
        "\(quoted(weight.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= SafetensorsHeader.longest else {
      throw .headerLength(found: UInt64(text.count), limit: SafetensorsHeader.longest)
    }
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(UInt64(text.count))
    return bytes + text
  }

  private static func byteCount(_ weight: Weight) throws(SafetensorsError) -> Int {
    do throws(TensorError) {
      return try weight.elementType.byteCount(weight.shape.count) ?? 0
    } catch {
      throw .sizeOverflow(weight.shape.dimensions, tensor: weight.name)
    }
  }

  private static func metadata(_ properties: [Property]) throws(SafetensorsError) -> String {
    var keys: Set<String> = []
    for property in properties where !keys.insert(property.key).inserted {
      throw .duplicateKey(property.key)
    }
    let pairs = properties.map { "\(quoted($0.key)):\(quoted($0.value))" }
    return "\"\(SafetensorsHeader.metadataKey)\":{\(pairs.joined(separator: ","))}"
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{8}": quoted += "\\b"
      case "\u{C}": quoted += "\\f"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
