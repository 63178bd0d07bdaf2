import PressGraph
import PressTensor
import Testing

@testable import PressPasses

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Options of prune") struct PruneOptionTests {
  @Test(
    "Patterns are read and written as the command line spells them",
    arguments: ["unstructured", "2:4", "1:16", "balanced:3/64", "block:4x1", "filter"])
  func patterns(_ text: String) throws {
    #expect(try Prune.Pattern(text).description == text)
  }

  @Test(
    "Patterns that say nothing are refused",
    arguments: [
      "", "4:2", "2:2", "0:4", "2:4:8", "block:4", "block:0x2", "balanced:2:4", "balanced:/4",
      "-1:4", "2:99999999999999999999", "Filter", "block:٤x٤",
    ])
  func malformed(_ text: String) {
    #expect(throws: PassError.self) { try Prune.Pattern(text) }
  }

  @Test("A criterion of filters implies the pattern, and the pattern its own criterion")
  func defaults() {
    let scales = Prune(ratio: 0.1, criterion: .batchNormalizationScale)
    #expect(scales.pattern == .filter && scales.scope == .layer)
    #expect(Prune(ratio: 0.1, pattern: .filter).criterion == .l1Filter)
    #expect(Prune(ratio: 0.1).scope == .global)
  }

  @Test("Options that do not go together are refused, by the name of the option")
  func conflicts() {
    func name(_ pass: Prune) -> String? {
      do {
        try pass.check()
        return nil
      } catch {
        guard case .option(let name, _, _) = error else { return nil }
        return name
      }
    }
    #expect(name(Prune()) == "ratio")
    #expect(name(Prune(pattern: .filter)) == "ratio")
    #expect(name(Prune(ratio: -0.1)) == "ratio")
    #expect(name(Prune(ratio: .infinity)) == "ratio")
    #expect(name(Prune(ratio: 0.5, pattern: .groups(kept: 2, of: 4))) == "ratio")
    #expect(
      name(Prune(ratio: 0.5, pattern: .blocks(rows: 1, columns: 2), greedy: true)) == "greedy")
    #expect(name(Prune(ratio: 0.5, ratioOf: .macs)) == "ratio-of")
    #expect(name(Prune(ratio: 0.5, pattern: .unstructured, criterion: .l2Filter)) == "criterion")
    #expect(name(Prune(ratio: 0.5, scope: .global, pattern: .filter)) == "scope")
    let ratio = Override(layers: ["a"], ratio: 2)
    #expect(name(Prune(ratio: 0.5, overrides: [ratio])) == "ratio")
    let bits = Override(layers: ["a"], bits: 2)
    #expect(name(Prune(ratio: 0.5, overrides: [bits])) == "overrides")
  }

  @Test("Options survive a recipe")
  func coding() throws {
    let pass = Prune(
      ratio: 0.25, criterion: .l2Filter, ratioOf: .macs, greedy: true, skip: ["fc*"],
      overrides: [Override(layers: ["conv1"], ratio: 0.5)])
    let data = try JSONEncoder().encode(pass)
    let read = try JSONDecoder().decode(Prune.self, from: data)
    #expect(read.pattern == .filter && read.criterion == .l2Filter && read.ratioOf == .macs)
    #expect(read.greedy && read.skip == ["fc*"] && read.overrides == pass.overrides)
    let groups = try JSONDecoder().decode(Prune.self, from: Data(#"{"pattern":"2:4"}"#.utf8))
    #expect(groups.pattern == .groups(kept: 2, of: 4) && groups.ratio == nil)
    let text = String(decoding: try JSONEncoder().encode(groups), as: UTF8.self)
    #expect(text == #"{"pattern":"2:4"}"#)
  }
}
