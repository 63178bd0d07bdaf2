import ArgumentParser
import Press

/// `compress separate`: rewrites convolutions as a depthwise and a pointwise one.
struct SeparateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "separate",
    abstract: "Rewrite convolutions as depthwise and pointwise ones.",
    discussion: """
      Each input channel gets as few depthwise filters as keep the energy, and never so many that the \
      pair would not be smaller than the convolution; --energy 0 gives each one. With --calibrate the \
      pointwise half is fitted to the layer's outputs on real inputs: split train of an npz file, its \
      first 256 examples.

        compress separate model.onnx -o small.bin
        compress separate --energy 0 --calibrate train.npz model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "The share of the squared singular values to keep where that is smaller, 0 to 1.",
      valueName: "share"))
  var energy: Double = 0.9

  @Option(
    help: ArgumentHelp(
      "An npz file of inputs to fit the pointwise weights on.", valueName: "file.npz"),
    completion: .file(extensions: ["npz"]))
  var calibrate: String?

  func run() throws {
    let pass = Separate(
      energy: energy, calibrate: calibrate, layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}
