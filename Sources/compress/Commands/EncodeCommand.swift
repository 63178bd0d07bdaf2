public import ArgumentParser
public import Press

/// `compress encode`: chooses how streams are written.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Code a model's streams; nothing is lost.",
    discussion: """
      Each stream gets the code that makes it smallest: `huffman` and `rans` (range asymmetric numeral \
      systems) code symbol by symbol, `deflate` finds repetitions, `auto` tries all for each stream. \
      Weights with many zeros are stored without them. What would become less than 1 % smaller stays \
      as it is. `raw` undoes the coding.

        compress encode pruned.bin -o model.bin
        compress encode --coding huffman --layers 'fc*' pruned.bin -o model.bin
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(help: "The coding.")
  var coding: Coding = .auto

  func run() throws {
    let pass = Encode(coding: coding, layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Coding: ExpressibleByArgument {}
