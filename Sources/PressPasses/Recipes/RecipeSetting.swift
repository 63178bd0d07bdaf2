import PressYAML

/// A change to a recipe from the command line: `share.bits=3`, `prune#2.ratio=0.5`, `seed=7`.
struct RecipeSetting {
  private let source: String
  private let pass: String?
  private let number: Int
  private let key: String
  private let value: YAMLNode

  private static let prefix = "--set "

  /// Whether a place lies in a setting, which has no lines.
  static func isSource(_ source: String) -> Bool { source.hasPrefix(prefix) }

  /// Reads a setting; the value is YAML.
  init(_ text: String) throws(RecipeError) {
    source = Self.prefix + text
    let form = "malformed setting, expected PASS.KEY=VALUE, PASS#N.KEY=VALUE or seed=VALUE"
    guard let equals = text.firstIndex(of: "=") else {
      throw RecipeError(source, "\(form), found no '='")
    }
    let name = text[..<equals]
    if let dot = name.firstIndex(of: ".") {
      let parts = name[..<dot].split(separator: "#", omittingEmptySubsequences: false)
      guard let number = parts.count == 1 ? 1 : Int(parts[1]), number >= 1, parts.count <= 2 else {
        throw RecipeError(source, "\(form), found '\(name)'")
      }
      (pass, self.number, key) = (String(parts[0]), number, String(name[name.index(after: dot)...]))
    } else {
      guard name == "seed" else { throw RecipeError(source, "\(form), found '\(name)'") }
      (pass, number, key) = (nil, 1, "seed")
    }
    do {
      value = try YAMLNode(String(text[text.index(after: equals)...]), source: source)
    } catch {
      throw RecipeError(error)
    }
  }

  /// Puts the value in its place.
  func apply(to root: inout YAMLNode) throws(RecipeError) {
    guard let pass else { return root.set(key, to: value, at: place) }
    guard case .mapping(var entries) = root.content,
      let index = entries.firstIndex(where: { $0.key == "passes" }),
      case .sequence(var items) = entries[index].value.content
    else { return }
    var left = number
    for place in items.indices where (try RecipeEntry(items[place])).name == pass {
      left -= 1
      guard left == 0 else { continue }
      set(in: &items[place])
      entries[index].value.content = .sequence(items)
      root.content = .mapping(entries)
      return
    }
    var names: [String] = []
    for item in items { names.append(try RecipeEntry(item).name) }
    let count = names.count { $0 == pass }
    throw RecipeError(
      source,
      "no such pass in the recipe, expected one of \(names.joined(separator: ", ")), "
        + (count == 0 ? "found '\(pass)'" : "found \(pass) number \(number) of \(count)"))
  }

  private var place: YAMLPlace { value.place }

  private func set(in item: inout YAMLNode) {
    switch item.content {
    case .scalar(let name, _):
      var options = YAMLNode(.mapping([]), at: item.place)
      options.set(key, to: value, at: place)
      item.content = .mapping([YAMLEntry(name, at: item.place, options)])
    case .mapping(var entries):
      guard !entries.isEmpty else { return }
      if entries[0].value.isNull { entries[0].value.content = .mapping([]) }
      entries[0].value.set(key, to: value, at: place)
      item.content = .mapping(entries)
    case .sequence: return
    }
  }
}

extension YAMLNode {
  /// Gives a key of this mapping another value, or adds it.
  fileprivate mutating func set(_ key: String, to value: YAMLNode, at place: YAMLPlace) {
    guard case .mapping(var entries) = content else { return }
    entries.removeAll { $0.key == key }
    entries.append(YAMLEntry(key, at: place, value))
    content = .mapping(entries)
  }
}
