/// A pattern for names: a glob, or `re:` and a regular expression.
package struct NamePattern {
  private enum Form {
    case glob([UInt8])
    case expression(Regex<AnyRegexOutput>)
  }

  private let text: String
  private let form: Form

  /// Reads a pattern; throws `malformedPattern`.
  package init(_ text: String) throws(GraphError) {
    self.text = text
    guard text.hasPrefix("re:") else {
      form = .glob(Array(text.utf8))
      return
    }
    do {
      form = .expression(try Regex(String(text.dropFirst(3))))
    } catch {
      throw .malformedPattern(text)
    }
  }

  /// Whether a name matches: the whole of it a glob, any part of it an expression.
  package func matches(_ name: String) -> Bool {
    switch form {
    case .glob(let glob): NamePattern.matches(glob, Array(name.utf8))
    case .expression(let expression): (try? expression.firstMatch(in: name)) ?? nil != nil
    }
  }

  /// The names that match; throws `unmatchedPattern` with the nearest ones if there are none.
  func matched(_ names: [String]) throws(GraphError) -> Set<String> {
    let matched = Set(names.filter(matches))
    guard matched.isEmpty else { return matched }
    throw .unmatchedPattern(text, nearest: names.nearest(to: text, count: 3))
  }

  /// Tries the shortest run for each `*` first, and only ever lengthens the last: (glob x name)
  /// steps.
  private static func matches(_ glob: [UInt8], _ name: [UInt8]) -> Bool {
    var inGlob = 0
    var inName = 0
    var star: (glob: Int, name: Int)?
    while inName < name.count {
      if inGlob < glob.count, glob[inGlob] == UInt8(ascii: "*") {
        star = (inGlob, inName)
        inGlob += 1
      } else if inGlob < glob.count, glob[inGlob] == name[inName] {
        inGlob += 1
        inName += 1
      } else if let last = star {
        star = (last.glob, last.name + 1)
        inGlob = last.glob + 1
        inName = last.name + 1
      } else {
        return false
      }
    }
    return glob[inGlob...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
