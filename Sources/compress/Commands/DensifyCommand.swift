import ArgumentParser
import Press

/// `compress densify`: drops supports, keeps values.
struct DensifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "densify",
    abstract: "Store every element, zeros too; nothing is lost.",
    discussion: """
      The supports of pruned weights go, their values stay what they are: codes with their codebook or \
      scales, in which 0 gets a code where it has none. What retraining needs that lets pruned weights \
      come back (dense-sparse-dense).

        compress densify pruned.bin -o dense.bin --layers 'fc*'
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  func run() throws {
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(Densify(layers: selection.layers, skip: selection.skip))
  }
}
