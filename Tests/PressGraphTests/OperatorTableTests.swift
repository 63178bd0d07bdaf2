import PressGraph
import PressTensor
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One attribute as ONNX defines it.
private struct DefinedAttribute {
  let name: Substring
  let kind: Substring
  let isRequired: Bool
  let fallback: Substring?

  /// Reads `name:kind`, `name:kind!` or `name:kind=default`.
  init(_ text: Substring) {
    let parts = text.split(separator: ":", maxSplits: 1)
    name = parts[0]
    let definition = parts[1].split(separator: "=", maxSplits: 1)
    isRequired = definition[0].last == "!"
    kind = isRequired ? definition[0].dropLast() : definition[0]
    fallback = definition.count > 1 ? definition[1] : nil
  }

  /// The default, if there is one.
  var standard: Attribute? { fallback.flatMap { attribute(String($0)) } }

  /// A value that the operator allows and that is not the default.
  func other(of type: String) -> Attribute? {
    switch kind {
    case "int": attribute(fallback == "0" || fallback == nil ? "1" : "0")
    case "float": attribute("0.25")
    case "ints": attribute("1,2")
    case "floats": attribute("0.5,2")
    case "string": attribute(word(of: type))
    case "strings": attribute("Relu,Relu")
    case "tensor": Attribute(String(name), .tensor(WeightID(3)))
    default: nil
    }
  }

  private func word(of type: String) -> String {
    switch (name, type) {
    case ("mode", "Pad"): "reflect"
    case ("mode", "Resize"): "linear"
    case ("mode", _): "CRD"
    case ("auto_pad", _): "SAME_LOWER"
    case ("approximate", _): "tanh"
    case ("coordinate_transformation_mode", _): "align_corners"
    case ("direction", _): "reverse"
    case ("keep_aspect_ratio_policy", _): "not_smaller"
    case ("nearest_mode", _): "ceil"
    case ("reduction", _): "mul"
    default: "down"
    }
  }

  private func attribute(_ text: String) -> Attribute? {
    let name = String(name)
    let parts = text.split(separator: ",")
    return switch kind {
    case "int": Int(text).map { Attribute(name, .int($0)) }
    case "float": Float(text).map { Attribute(name, .float($0)) }
    case "ints": Attribute(name, .ints(parts.compactMap { Int($0) }))
    case "floats": Attribute(name, .floats(parts.compactMap { Float($0) }))
    case "string": Attribute(name, .string(Array(text.utf8)))
    case "strings": Attribute(name, .strings(parts.map { Array($0.utf8) }))
    default: nil
    }
  }
}

/// The attributes of one operator, by the version from which they hold.
private struct OperatorTable {
  /// Definitions by operator, oldest first.
  var operators: [String: [(since: Int, attributes: [DefinedAttribute])]] = [:]

  init() throws {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Fixtures/operators/attributes.txt"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      let since = try #require(Int(words[1]))
      operators[String(words[0]), default: []].append(
        (since, words.dropFirst(2).map(DefinedAttribute.init)))
    }
  }
}

@Suite("Typed operators have the attributes that ONNX defines, in every version")
struct OperatorTableTests {
  private let table: OperatorTable

  init() throws {
    table = try OperatorTable()
  }

  /// What becomes of a record: the attributes that come back, or `nil` if it stays opaque.
  private func kept(_ type: String, _ opset: Int, _ attributes: [Attribute]) -> [Attribute]? {
    let operation = Operation(OperationRecord(type: type, attributes: attributes), opset: opset)
    if case .opaque = operation { return nil }
    #expect(operation.type == type && operation.means(theSameIn: opset))
    return operation.record(opset: opset)?.attributes
  }

  /// Calls `body` for each operator and version with the attributes; none where there is no
  /// operator.
  private func forEachVersion(
    _ body: (_ type: String, _ opset: Int, _ attributes: [DefinedAttribute]?) throws -> Void
  ) rethrows {
    for (type, versions) in table.operators {
      for opset in 7...28 {
        try body(type, opset, versions.last { $0.since <= opset }?.attributes)
      }
    }
  }

  private func required(_ attributes: [DefinedAttribute], of type: String) -> [Attribute] {
    attributes.filter(\.isRequired).compactMap { $0.other(of: type) }
  }

  @Test("the table covers the engine's operators")
  func coverage() {
    #expect(table.operators.count == 119)
  }

  @Test("an operator is typed from its first version on, with what is required and no more")
  func presence() throws {
    forEachVersion { type, opset, attributes in
      guard let attributes else {
        let first = table.operators[type]?.first?.attributes ?? []
        #expect(kept(type, opset, required(first, of: type)) == nil, "\(type) of opset \(opset)")
        return
      }
      let needed = required(attributes, of: type)
      #expect(kept(type, opset, needed) == needed, "\(type) of opset \(opset)")
      for index in needed.indices {
        var fewer = needed
        fewer.remove(at: index)
        #expect(kept(type, opset, fewer) == nil, "\(type) of opset \(opset)")
      }
    }
  }

  @Test("defaults are left out, other values come back, values of another kind keep it opaque")
  func values() throws {
    try forEachVersion { type, opset, attributes in
      guard let attributes else { return }
      let needed = required(attributes, of: type)
      for attribute in attributes where !attribute.isRequired {
        let label: Comment = "\(type) of opset \(opset): \(attribute.name)"
        let other = try #require(attribute.other(of: type))
        let back = try #require(kept(type, opset, needed + [other]), label)
        #expect(back.count == needed.count + 1 && back.contains(other), label)
        let wrong = Attribute(other.name, .graphs([]))
        #expect(kept(type, opset, needed + [wrong]) == nil, label)
        guard let standard = attribute.standard else { continue }
        // A list says more than no list, even where both mean the same.
        let isList = attribute.kind == "strings"
        let expected = isList ? [standard] + needed : needed
        #expect(kept(type, opset, needed + [standard]) == expected, label)
      }
    }
  }

  @Test("an attribute of other versions only keeps a record opaque")
  func otherVersions() throws {
    try forEachVersion { type, opset, attributes in
      guard let attributes else { return }
      let names = Set(attributes.map(\.name))
      for version in table.operators[type] ?? [] {
        for attribute in version.attributes where !names.contains(attribute.name) {
          let foreign = try #require(attribute.other(of: type))
          let all = required(attributes, of: type) + [foreign]
          #expect(kept(type, opset, all) == nil, "\(type) of opset \(opset): \(attribute.name)")
        }
      }
    }
  }
}
