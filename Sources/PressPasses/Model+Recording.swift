import PressGraph

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Model {
  /// Adds a pass with its options to the history.
  mutating func record(_ pass: some Pass, _ context: PassContext) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let options = String(decoding: try encoder.encode(pass), as: UTF8.self)
    history.passes.append(
      History.PassRecord(
        name: type(of: pass).name, options: options, seed: context.seed, tool: context.tool))
  }
}
