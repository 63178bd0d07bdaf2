public import ArgumentParser
public import Press

/// `compress prune`: removes the smallest weights, or whole filters.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove the smallest weights, or whole filters.",
    discussion: """
      Afterwards exactly the given share of the selected weights is 0 (more only if more were 0 \
      before), the smallest magnitudes first. What is left is stored without the zeros where that is \
      smaller; `encode` then codes it. The pattern filter makes layers narrower for good, and with \
      them whatever reads their outputs.

        compress prune --ratio 0.9 model.onnx -o pruned.bin
        compress prune --ratio 0.5 --scope layer --skip 'fc3*' model.onnx
        compress prune --pattern balanced:4/64 model.onnx
        compress prune --pattern filter --ratio 0.3 --ratio-of macs model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "The share that is to be 0, or removed, 0 to 1; not with N:M and balanced, which say it.",
      valueName: "share"))
  var ratio: Double?

  @Option(
    help: """
      Whether the share is of all selected weights together or of each. (default: global; filters: \
      layer)
      """)
  var scope: Prune.Scope?

  @Option(
    help: ArgumentHelp(
      """
      What goes together: unstructured, N:M (N kept of M columns), block:HxW (rows x columns), \
      balanced:K/N (K kept of N columns), filter. (default: unstructured; filter with a criterion of \
      filters)
      """, valueName: "pattern"),
    transform: { try Prune.Pattern($0) })
  var pattern: Prune.Pattern?

  @Option(
    help: """
      What makes something the first to go: a small magnitude, or for filters a small sum of \
      magnitudes or of squares, or a small scale of their batch normalization. (default: magnitude; \
      filters: l1-filter)
      """)
  var criterion: Prune.Criterion?

  @Option(help: "What the share of filters counts. (default: filters)")
  var ratioOf: Prune.Share?

  @Flag(help: "Leave inputs that are already removed out of the sums by which filters are ranked.")
  var greedy = false

  func run() throws {
    let pass = Prune(
      ratio: ratio, scope: scope, pattern: pattern, criterion: criterion, ratioOf: ratioOf,
      greedy: greedy, layers: selection.layers, skip: selection.skip)
    try PassRunner(common: common, input: model.path, output: output, data: data)
      .run(pass)
  }
}

extension Prune.Scope: ExpressibleByArgument {}
extension Prune.Criterion: ExpressibleByArgument {}
extension Prune.Share: ExpressibleByArgument {}
