import Press
import Testing

/// The cases that ONNX's own backend tests consist of, each operator by itself.
///
/// They are in `PRESS_DATA/onnx-node` and in Debian's package libonnx-testdata; `make conformance`
/// installs the latter. `PRESS_CASES` chooses: globs of case or operator names between commas, such
/// as `Conv,*maxpool_2d*`.
@Suite(
  "Conformance",
  .enabled(
    if: !ConformanceCase.collections.isEmpty,
    "no cases: install libonnx-testdata (make conformance), or set PRESS_DATA"))
struct ConformanceTests {
  @Test("Every case gives what ONNX says, the same on one and on two threads")
  func cases() throws {
    let choice = try CaseChoice(Press.Process.environment("PRESS_CASES"))
    var table = ConformanceTable()
    for collection in ConformanceCase.collections {
      for item in try ConformanceCase.all(in: collection) where choice.includes(item) {
        guard item.otherOperators.isEmpty else {
          table.addOther(item)
          continue
        }
        if choice.isNarrow { StandardStream.output.write("running \(item.name)\n") }
        do {
          try ConformanceRun.run(item)
          table.add(item, reason: nil)
        } catch {
          table.add(item, reason: "\(error)")
        }
      }
    }
    StandardStream.output.write(table.text + "\n")
    #expect(table.total > 0, "PRESS_CASES matches no case")
    #expect(table.passed == table.total, "\(table.total - table.passed) cases fail")
  }
}

/// Which cases are to run.
struct CaseChoice {
  private let patterns: [NamePattern]

  /// Reads globs between commas; `nil` is every case.
  init(_ text: String?) throws {
    patterns = try (text ?? "").split(separator: ",").map { try NamePattern(String($0)) }
  }

  /// Whether less than everything was asked for.
  var isNarrow: Bool { !patterns.isEmpty }

  /// Whether a pattern matches the case's name, with or without its collection, or its operator.
  func includes(_ item: ConformanceCase) -> Bool {
    let name = item.name.split(separator: "/").last.map(String.init) ?? item.name
    return patterns.isEmpty
      || patterns.contains { pattern in
        [item.name, name, item.row].contains(where: pattern.matches)
      }
  }
}
