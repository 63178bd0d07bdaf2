import PressTestSupport
import PressYAML
import Testing

@Suite("Reading YAML") struct YAMLTests {
  func failure(_ text: String) -> YAMLError? {
    do {
      _ = try YAMLNode(text, source: "t")
      return nil
    } catch {
      return error
    }
  }

  func place(_ line: Int, _ column: Int) -> YAMLPlace {
    YAMLPlace(source: "t", line: line, column: column)
  }

  @Test("Values in block and flow style, each with its place")
  func values() throws {
    let root = try YAMLNode("a: 1\nb:\n  - {c: \"x\", d: []}\n  - ~\n", source: "t")
    #expect(root.place == place(1, 1))
    #expect(root["a"] == YAMLNode(.scalar("1", isPlain: true), at: place(1, 4)))
    guard case .sequence(let items)? = root["b"]?.content else {
      Issue.record("expected a list")
      return
    }
    #expect(items.map(\.place) == [place(3, 5), place(4, 5)])
    #expect(items[0]["c"] == YAMLNode(.scalar("x", isPlain: false), at: place(3, 9)))
    #expect(items[0]["d"]?.content == .sequence([]))
    #expect(items[1].isNull && !items[0].isNull)
    #expect(root["z"] == nil)
  }

  @Test("Quoted text is never nothing; plain text of five spellings is")
  func nothing() throws {
    for text in ["~", "null", "Null", "NULL", "[~]"] {
      let node = try YAMLNode(text, source: "t")
      if case .sequence(let items) = node.content {
        #expect(items[0].isNull)
      } else {
        #expect(node.isNull, "\(text)")
      }
    }
    #expect(try YAMLNode("'null'", source: "t").isNull == false)
    #expect(try YAMLNode("a:", source: "t")["a"]?.isNull == true)
  }

  @Test("Whatever stands for more than it says is refused")
  func refused() {
    #expect(failure("a: &x 1\n") == .unsupported(place(1, 4), feature: "an anchor"))
    #expect(failure("a: &x [1]\nb: *x\n") == .unsupported(place(1, 4), feature: "an anchor"))
    #expect(failure("*x") == .unsupported(place(1, 1), feature: "an alias"))
    #expect(failure("a: !!binary abcd") == .unsupported(place(1, 4), feature: "a tag"))
    #expect(failure("--- 1\n--- 2\n") == .unsupported(place(2, 1), feature: "a second document"))
    #expect(failure("a: 1\nb: 2\na: 3\n") == .duplicateKey(place(3, 1), key: "a"))
    #expect(failure("[a]: 1") == .keyKind(place(1, 1), found: "a list"))
    #expect(failure("") == .empty(source: "t"))
    #expect(failure("# nothing\n") == .empty(source: "t"))
  }

  @Test("Depth and length are bounded")
  func bounds() throws {
    let deepest = YAMLNode.deepest
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try YAMLNode(nested(deepest), source: "t")
    #expect(failure(nested(deepest + 1)) == .depth(place(1, deepest + 1), limit: deepest))
    guard case .depth? = failure(nested(900)) else {
      Issue.record("expected an error of depth")
      return
    }
    let long = String(repeating: "#", count: YAMLNode.largestText + 1)
    #expect(failure(long) == .size(source: "t", limit: long.utf8.count - 1, found: long.utf8.count))
  }

  @Test(
    "Malformed texts are errors with a place",
    arguments: ["a: [1", "a: b: c", "\"x", "a\n b: 1", "\u{7}", "- a\nb"])
  func malformed(_ text: String) {
    guard case .syntax(let place, let problem)? = failure(text) else {
      Issue.record("expected a syntax error of \(text)")
      return
    }
    #expect(place.line >= 1 && place.column >= 1 && !problem.isEmpty)
  }

  @Test("No text makes the reader trap: mutations of a recipe")
  func mutations() {
    var generator = SeededGenerator(seed: 7)
    let recipe = Array("version: 1\npasses:\n  - prune: { ratio: 0.9, layers: [\"fc*\"] }\n".utf8)
    let marks = Array("[]{}&*!|>-:'\"\\#?,%@\n \t0".utf8)
    for _ in 0..<5000 {
      var bytes = recipe
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = marks.randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: index)
        default: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: index)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      if let error = failure(text) { #expect("\(error)".hasPrefix("t:")) }
    }
  }
}
