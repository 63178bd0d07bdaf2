import PressGraph
import PressYAML

/// Decodes a pass from a value of a recipe and finds the keys that the pass did not ask for.
struct RecipeDecoder: Decoder {
  let node: YAMLNode
  let notes: KeyNotes
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  /// The keys that have been asked for, by the mapping that they were asked of.
  final class KeyNotes {
    /// The pass's name.
    let pass: String
    private var asked: [YAMLPlace: [String]] = [:]
    private var mappings: [YAMLNode] = []

    init(pass: String) {
      self.pass = pass
    }

    /// Notes that a mapping is read by its keys.
    func open(_ mapping: YAMLNode) {
      guard asked[mapping.place] == nil else { return }
      asked[mapping.place] = []
      mappings.append(mapping)
    }

    /// Notes that a key of a mapping was asked for.
    func ask(_ key: String, of mapping: YAMLNode) {
      if asked[mapping.place]?.contains(key) == false { asked[mapping.place]?.append(key) }
    }

    /// Refuses the first key that nobody asked for.
    func check() throws(RecipeError) {
      for mapping in mappings {
        let known = asked[mapping.place] ?? []
        for entry in Self.entries(mapping) where !known.contains(entry.key) {
          throw RecipeError(unknown: "key of \(pass)", entry.key, at: entry.place, known: known)
        }
      }
    }

    /// The error of a key that is not there: a key nearly like it, that nobody asked for, is
    /// misspelt.
    func missing(_ key: String, of mapping: YAMLNode) -> RecipeError {
      let others = Self.entries(mapping).filter {
        asked[mapping.place]?.contains($0.key) == false
      }
      if let near = others.first(where: { editDistance($0.key, key) <= 2 }) {
        return RecipeError(unknown: "key of \(pass)", near.key, at: near.place, known: [key])
      }
      return RecipeError(mapping.place, "missing key of \(pass), expected '\(key)', found none")
    }

    private static func entries(_ mapping: YAMLNode) -> [YAMLEntry] {
      if case .mapping(let entries) = mapping.content { entries } else { [] }
    }
  }

  /// Decodes a pass, checks its options and that there are no others.
  static func decode(
    _ type: any Pass.Type, from options: YAMLNode
  ) throws(RecipeError) -> any Pass {
    let notes = KeyNotes(pass: type.name)
    let decoder = RecipeDecoder(node: options, notes: notes, codingPath: [])
    do {
      let pass = try type.init(from: decoder)
      try notes.check()
      try pass.check()
      return pass
    } catch let error as RecipeError {
      throw error
    } catch PassError.option(let name, let expected, let found) {
      throw RecipeError(
        options[name]?.place ?? options.place,
        "invalid value of '\(name)' of \(type.name), expected \(expected), found \(found)")
    } catch {
      throw RecipeError(options.place, "invalid options of \(type.name), \(error)")
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .mapping = node.content else { throw mismatch("keys and values") }
    notes.open(node)
    return KeyedDecodingContainer(RecipeKeys<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .sequence(let items) = node.content else { throw mismatch("a list") }
    return RecipeList(decoder: self, items: items)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { RecipeScalar(decoder: self) }

  /// The decoder of a value inside.
  func inner(_ node: YAMLNode, _ key: any CodingKey) -> RecipeDecoder {
    RecipeDecoder(node: node, notes: notes, codingPath: codingPath + [key])
  }

  /// The error of a value of the wrong kind.
  func mismatch(_ expected: String) -> RecipeError {
    let name = codingPath.last { $0.intValue == nil }.map { "value of '\($0.recipeName)'" }
    return RecipeError(
      node.place,
      "invalid \(name ?? "value") of \(notes.pass), expected \(expected), "
        + "found \(node.kind)")
  }
}

extension CodingKey {
  /// The key as recipes spell it: words joined by hyphens.
  var recipeName: String {
    var name = ""
    for character in stringValue {
      if character.isUppercase {
        name += "-" + character.lowercased()
      } else {
        name.append(character)
      }
    }
    return name
  }
}
