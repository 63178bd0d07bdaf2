public import ArgumentParser
public import Press

/// `compress prune`: removes the smallest weights.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove the smallest weights.",
    discussion: """
      Afterwards exactly the given share of the selected weights is 0 (more only if more were 0 \
      before), the smallest magnitudes first. What is left is stored without the zeros where that is \
      smaller; `encode` then codes it.

        compress prune --ratio 0.9 model.onnx -o pruned.bin
        compress prune --ratio 0.5 --scope layer --skip 'fc3*' model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The share of weights that are to be 0, 0 to 1.", valueName: "share"))
  var ratio: Double

  @Option(help: "Whether the share is of all selected weights together or of each.")
  var scope: Prune.Scope = .global

  func run() throws {
    let pass = Prune(
      ratio: ratio, scope: scope, layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Prune.Scope: ExpressibleByArgument {}
