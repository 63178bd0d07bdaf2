public import ArgumentParser
public import Press

/// `compress encode`: chooses how streams are written.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Code a model's streams; nothing is lost.",
    discussion: """
      Each stream gets a Huffman code of its own where that makes it smaller, and weights with many \
      zeros are stored without them. `raw` undoes the coding.

        compress encode pruned.bin -o model.bin
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(help: "The coding.")
  var coding: Encode.Choice = .auto

  func run() throws {
    let pass = Encode(coding: coding, layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Encode.Choice: ExpressibleByArgument {}
