import ArgumentParser
import Press

/// `compress convert`: another format, the same model.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change a model's format; nothing is lost.",
    discussion: """
      Every tensor is kept bit for bit. A container's compressed forms are decoded on the way to \
      ONNX, safetensors or npz, and kept on the way to another container.

        compress convert model.onnx -o model.bin
        compress convert model.bin -o model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Renumber the operator set on the way to ONNX; refused if an operator changed meaning.",
      valueName: "version"))
  var opset: Int?

  func run() throws {
    let file = try model.read(common)
    let target = try output.target(of: model.path, file, command: "convert")
    if !output.dryRun { try target.check() }
    let outcome = try target.write(
      file.model, from: model.path, opset: opset, isDryRun: output.dryRun,
      isQuiet: common.quiet)
    let after = try MeasuredModel(
      file.model, bytes: outcome.bytes, entries: outcome.entries
    ).size
    var before = after
    before.bytes = file.byteCount
    let object: [String: JSON] = [
      "before": before.json, "after": after.json, "layers": .array([]),
      "output": output.dryRun || target.isStream ? .null : .string(target.path),
      "predicted_bytes": output.dryRun ? .integer(outcome.bytes) : .null,
    ]
    if target.isStream, !output.dryRun { return }
    common.print(
      .object(object),
      text: Explanation.lines(before, after)
        + [output.dryRun ? "nothing written (--dry-run)" : "wrote \(target.path)"])
  }
}
