public import ArgumentParser
public import Press

/// `compress share`: indices into codebooks instead of values.
struct ShareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "share",
    abstract: "Let weights share values: store indices into small codebooks.",
    discussion: """
      Each weight becomes the nearest of at most 2^bits values, found by k-means; zeros stay zeros and \
      keep a value to themselves, and a support stays. By default the values are those with the least \
      squared error that there can be; linear, density and random begin elsewhere and improve what \
      they have. `encode` then codes the indices.

        compress share --bits 4 pruned.bin -o shared.bin
        compress share --bits 3 --granularity channel --codebook half model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("Bits of an index, 1 to 8.", valueName: "n"))
  var bits = 4

  @Option(
    help: ArgumentHelp(
      "What has a codebook of its own: tensor, channel (a row), or group:N (N columns of a row).",
      valueName: "granularity"))
  var granularity: Granularity = .tensor

  @Option(name: .customLong("init"), help: "Where k-means begins.")
  var initialization: Share.Initialization = .optimal

  @Option(
    help: """
      How exactly a codebook's values are held: as the weight's type, in half precision, or as 16-bit \
      fixed point.
      """)
  var codebook: EntryPrecision = .full

  func run() throws {
    let pass = Share(
      bits: bits, granularity: granularity, initialization: initialization, codebook: codebook,
      layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Share.Initialization: ExpressibleByArgument {}
extension EntryPrecision: ExpressibleByArgument {}
