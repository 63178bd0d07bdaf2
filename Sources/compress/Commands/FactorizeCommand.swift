public import ArgumentParser
public import Press

/// `compress factorize`: writes weights as products of two smaller ones.
struct FactorizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "factorize",
    abstract: "Write layers as two of lower rank.",
    discussion: """
      Each weight becomes the closest product of two smaller ones (SVD); the report gives the exact \
      error. Layers that would not become smaller stay as they are, with the reason. The rank follows \
      from one of energy, rank and ratio.

        compress factorize --ratio 0.5 model.onnx -o small.bin
        compress factorize --energy 0.95 --mode spatial --layers 'conv*' model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "The smallest rank that keeps this share of the squared singular values, 0 to 1. (default: 0.9)",
      valueName: "share"))
  var energy: Double?

  @Option(help: ArgumentHelp("The rank.", valueName: "n"))
  var rank: Int?

  @Option(
    help: ArgumentHelp(
      "The largest rank that removes this share of each layer's parameters, 0 to 1.",
      valueName: "share"))
  var ratio: Double?

  @Option(
    help: "Convolutions as the same window and then 1x1, or as a window of kx1 and then 1xk.")
  var mode: Factorize.Mode = .channel

  func run() throws {
    let pass = Factorize(
      energy: energy, rank: rank, ratio: ratio, mode: mode, layers: selection.layers,
      skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Factorize.Mode: ExpressibleByArgument {}
