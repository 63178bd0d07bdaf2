import ArgumentParser
import Press

/// `compress fold`: folds batch normalizations into the layers before them.
struct FoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fold",
    abstract: "Fold batch normalization into the layers before it.",
    discussion: """
      Convolutions and Gemms take the factors and terms of channels that follow them into weight and \
      bias. Best done before any other pass: weights that are coded or sparse already stay as they are.

        compress fold model.onnx -o folded.bin
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  func run() throws {
    let pass = Fold(layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}
