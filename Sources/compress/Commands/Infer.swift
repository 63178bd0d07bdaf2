import ArgumentParser
import Press

/// `compress infer`: runs a network on arrays.
struct Infer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a network on the arrays of an npz file.",
    discussion: """
      Input NAME is filled by the array NAME or in.NAME, whose type and shape must be the input's; \
      other arrays are ignored. The outputs are written under their names.

        compress infer model.bin --inputs in.npz --outputs out.npz
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument

  @Option(
    help: ArgumentHelp("The arrays to run on.", valueName: "in.npz"),
    completion: .file(extensions: ["npz"]))
  var inputs: String

  @Option(
    help: ArgumentHelp("Where to write the outputs.", valueName: "out.npz"),
    completion: .file(extensions: ["npz"]))
  var outputs: String

  @Flag(help: "Replace an existing target.")
  var force = false

  func run() throws {
    let file = try model.read(common)
    let limits = try common.limits()
    try Target(path: outputs, mayReplace: force).check()
    guard let graph = file.model.graph else {
      throw InputError(path: model.path, underlying: EngineError.noGraph, code: nil)
    }
    let tensors = try InputError.naming(inputs) {
      try InputArrays.read(try NpzFile(path: inputs, limits: limits), for: graph)
    }
    let start = Clock.seconds()
    let results = try InputError.naming(model.path) {
      let plan = try Plan(file.model, options: PlanOptions(limits: limits))
      var engine = Engine(plan, threads: common.threads)
      return try engine.run(tensors)
    }
    let seconds = Clock.seconds() - start
    var writer = NpzWriter(try AtomicFile(path: outputs, mayReplace: force))
    var rows: [JSON] = []
    var lines: [String] = []
    for output in graph.outputs {
      guard let tensor = results[output.name] else { continue }
      try writer.add(tensor, named: output.name)
      rows.append(
        .object([
          "name": .string(output.name), "dtype": .string(tensor.elementType.name),
          "shape": .array(tensor.shape.dimensions.map(JSON.integer)),
        ]))
      lines.append("\(output.name): \(tensor.elementType.name) \(tensor.shape)")
    }
    try writer.commit()
    common.print(
      .object([
        "outputs": .array(rows), "output": .string(outputs), "seconds": .optional(seconds),
      ]), text: lines + ["wrote \(outputs)"])
  }
}
