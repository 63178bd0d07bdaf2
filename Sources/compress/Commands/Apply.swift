import ArgumentParser
import Press

/// `compress apply`: a pipeline of passes.
struct Apply: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the passes of a recipe.",
    discussion: """
      A recipe is YAML: a version, a seed, and passes with their options, which are those of the \
      commands of the same names without dashes (docs/recipes.md). Relative paths in it start at its \
      folder.

        version: 1
        passes:
          - prune: { ratio: 0.9, layers: ["fc*"] }
          - encode: { coding: huffman }

      After each pass the model so far stands beside the target, as TARGET.journal-N.bin with a page \
      TARGET.journal.json. An interrupted run goes on there with --resume, and ends with the same \
      bytes. With --data or --inputs the layers' outputs before and after are compared, too.

        compress apply recipe.yaml model.onnx -o model.bin --data test.npz
        compress apply recipe.yaml model.onnx -o model.bin --resume
        compress apply recipe.yaml model.onnx --set prune.ratio=0.8 --set prune#2.ratio=0.9 --dry-run
      """)

  @OptionGroup var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The recipe, YAML; - is standard input.", valueName: "recipe"),
    completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @OptionGroup var model: ModelArgument
  @OptionGroup var output: OutputOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Compare the layers' outputs on these arrays (default: the first examples of --data).",
      valueName: "in.npz"),
    completion: .file(extensions: ["npz"]))
  var inputs: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Change an option of a pass, such as share.bits=3; prune#2.ratio is that of the second prune. May be repeated.",
      valueName: "pass.key=value"))
  var settings: [String] = []

  @Flag(help: "Go on at the pass where an earlier run was interrupted.")
  var resume = false

  func validate() throws {
    if resume, output.dryRun {
      throw ValidationError(
        "--resume and --dry-run exclude each other, expected one, found both")
    }
  }

  func run() throws {
    var recipe = try read()
    if let seed = common.givenSeed { recipe.seed = seed }
    try ApplyRunner(
      common: common, input: model.path, output: output, data: data, inputs: inputs,
      recipe: recipe, resumes: resume
    ).run()
  }

  private func read() throws -> Recipe {
    guard recipe == Invocation.standardStream else {
      return try InputError.naming(recipe) {
        try Recipe(contentsOf: recipe, settings: settings)
      }
    }
    guard model.path != Invocation.standardStream else {
      throw UsageError(
        "standard input twice, expected it for the recipe or for the model, found it for both")
    }
    let bytes = try StandardStream.input.readAll(limit: 1 << 20)
    return try Recipe(
      String(decoding: bytes, as: UTF8.self), source: "standard input", settings: settings)
  }
}
