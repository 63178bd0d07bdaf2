import PressGraph

extension Model {
  /// Adds a pass with its options to the history.
  mutating func record(_ pass: some Pass, _ context: PassContext) throws {
    let platform = pass.isPlatformDependent ? " on \(Platform.name)" : ""
    history.passes.append(
      History.PassRecord(
        name: type(of: pass).name, options: try pass.encodedOptions(), seed: context.seed,
        tool: context.tool + platform))
  }
}
