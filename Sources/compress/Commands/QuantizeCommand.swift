public import ArgumentParser
public import Press

/// `compress quantize`: few bits for each weight.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract:
      "Hold weights by few bits each: integers, fixed point, ternary, binary, half precision.",
    discussion: """
      int: codes of 2 to 8 bits times a scale. fixed: codes of 4 to 16 bits times a power of two. \
      ternary: -a, 0 or a. binary: -a or a. fp16, bf16: floats of 16 bits. A support stays, and 0 \
      stays 0. With --activations the inputs of layers become 8-bit integers, whose ranges are found on \
      the first 256 examples of the split train of --calibrate; layers then run on integers.

        compress quantize model.onnx -o int8.bin
        compress quantize --bits 4 --granularity group:32 --method mse pruned.bin
        compress quantize --activations --calibrate inputs.npz model.onnx -o integers.onnx
        compress quantize --to ternary --skip 'conv1*' model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(help: "What values become.")
  var to: Quantize.Form = .int

  @Option(
    help: ArgumentHelp(
      "Bits of a code: 2 to 8 for int, 4 to 16 for fixed. (default: 8)", valueName: "n"))
  var bits: Int?

  @Option(
    help: ArgumentHelp(
      "What has a scale of its own: tensor, channel (a row), or group:N (N columns of a row). (default: channel for int and binary, else tensor)",
      valueName: "granularity"))
  var granularity: Granularity?

  @Flag(help: "Give integers zero points, so that their range need not lie around 0.")
  var asymmetric = false

  @Flag(help: "Give ternary values a scale for each sign.")
  var twoScales = false

  @Flag(help: "Make the inputs of layers integers, too.")
  var activations = false

  @Option(
    help: ArgumentHelp("Inputs to find the ranges of activations on.", valueName: "npz"),
    completion: .file())
  var calibrate: String?

  @Option(help: "How the range of integers is chosen.")
  var method: Quantize.Method = .minmax

  func run() throws {
    let pass = Quantize(
      to: to, bits: bits, granularity: granularity, asymmetric: asymmetric, twoScales: twoScales,
      activations: activations, calibrate: calibrate, method: method, layers: selection.layers,
      skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Quantize.Form: ExpressibleByArgument {}
extension Quantize.Method: ExpressibleByArgument {}
