import ArgumentParser
import Press

/// `compress compare`: how far a model's outputs moved from a reference's.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a model's outputs with a reference's.",
    discussion: """
      Both run on the same inputs; the first is the reference. With --per-layer the layers are \
      compared too, those that add most noise first: the noise of their output beyond that of their \
      inputs, each relative to its power. --restore puts layers of the reference back first and says \
      how many bytes that costs and what it gains.

        compress compare model.onnx model.bin --inputs in.npz
        compress compare model.onnx model.bin --random 16 --per-layer --restore fc1
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The reference.", valueName: "a"), completion: .file())
  var reference: String

  @Argument(help: ArgumentHelp("The model to judge.", valueName: "b"), completion: .file())
  var other: String

  @Option(
    help: ArgumentHelp("Run on these arrays.", valueName: "in.npz"),
    completion: .file(extensions: ["npz"]))
  var inputs: String?

  @Option(
    help: ArgumentHelp(
      "Run on a batch of so many random examples: floats uniform in 0...1, integers 0 or 1.",
      valueName: "n"))
  var random: Int?

  @OptionGroup var shapes: ShapeOptions

  @Flag(help: "Compare every layer that both have.")
  var perLayer = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Take this layer's weights from the reference first. May be repeated.", valueName: "layer"))
  var restore: [String] = []

  func validate() throws {
    guard (inputs == nil) != (random == nil) else {
      throw ValidationError(
        "no inputs, expected either --inputs or --random, found \(inputs == nil ? "none" : "both")")
    }
    if let random, random < 1 {
      throw ValidationError("invalid value of --random, expected 1 or more, found \(random)")
    }
  }

  func run() throws {
    let first = try ModelArgument.read(reference, common).model
    let second = try ModelArgument.read(other, common).model
    guard let graph = first.graph else {
      throw InputError(path: reference, underlying: EngineError.noGraph, code: nil)
    }
    let inputs = try tensors(graph)
    let restored = restore.isEmpty ? second : try second.restoring(restore, from: first)
    let names = perLayer ? graph.layers(sharedWith: restored.graph) : []
    let included = Set(names.map(\.value))
    let expected = try outputs(first, reference, inputs, included)
    let found = try outputs(restored, other, inputs, included)
    let comparison = try InputError.naming(other) {
      try LayerComparison(found, from: expected, of: graph, layers: names)
    }
    var object: [String: JSON] = ["outputs": .array(comparison.outputs.map(\.json))]
    if perLayer { object["layers"] = .array(comparison.layers.map(\.json)) }
    var lines = Self.lines(comparison)
    if !restore.isEmpty {
      let gain = try gain(second, restored, inputs, expected, comparison, graph)
      object["restored"] = gain.json
      lines += gain.lines
    }
    common.print(.object(object), text: lines)
  }

  /// What the restored layers cost in bytes and gain in the outputs.
  private func gain(
    _ before: Model, _ after: Model, _ inputs: [String: Tensor], _ expected: LayerOutputs,
    _ comparison: LayerComparison, _ graph: Graph
  ) throws -> RestorationGain {
    let found = try outputs(before, other, inputs, [])
    return try InputError.naming(other) {
      let writer = ModelWriter(path: "restored.bin", opset: nil)
      return RestorationGain(
        layers: restore, bytesBefore: try writer.predict(before).bytes,
        bytesAfter: try writer.predict(after).bytes,
        outputsBefore: try LayerComparison(found, from: expected, of: graph, layers: []).outputs,
        outputsAfter: comparison.outputs)
    }
  }

  private func tensors(_ graph: Graph) throws -> [String: Tensor] {
    if let inputs {
      let limits = try common.limits()
      return try InputError.naming(inputs) {
        try InputArrays.read(try NpzFile(path: inputs, limits: limits), for: graph)
      }
    }
    return try RandomInputs.make(
      for: graph, batch: random ?? 1, shapes: try shapes.parsed(for: graph), seed: common.seed)
  }

  private func outputs(
    _ model: Model, _ path: String, _ inputs: [String: Tensor], _ names: Set<String>
  ) throws -> LayerOutputs {
    try InputError.naming(path) {
      try LayerOutputs(
        model, inputs: inputs, including: names, threads: common.threads, limits: common.limits())
    }
  }

  private static func lines(_ comparison: LayerComparison) -> [String] {
    var table = Table(
      ["", "max |a-b|", "mean |a-b|", "cosine", "SNR dB", "same argmax", "added noise"],
      numeric: [1, 2, 3, 4, 5, 6])
    let layers = comparison.layers.enumerated().sorted { a, b in
      (a.element.rank ?? .max, a.offset) < (b.element.rank ?? .max, b.offset)
    }
    for row in layers.map(\.element) + comparison.outputs {
      table.add([
        row.name, row.deviation.largestDifference.map { "\(Float($0))" } ?? "-",
        row.deviation.meanDifference.map { "\(Float($0))" } ?? "-",
        row.deviation.cosine.map { Format.decimal($0, 6) } ?? "-",
        row.deviation.signalToNoise.map { Format.decimal($0, 1) } ?? "identical",
        row.agreement.map { Format.percent($0) } ?? "-",
        row.rank == nil ? "" : "\(Float(row.addedNoise))",
      ])
    }
    return table.lines
  }
}

/// What putting layers back costs and gains.
private struct RestorationGain {
  let layers: [String]
  let bytesBefore: Int
  let bytesAfter: Int
  let outputsBefore: [LayerComparison.Row]
  let outputsAfter: [LayerComparison.Row]

  var json: JSON {
    .object([
      "layers": .array(layers.map(JSON.string)), "bytes_before": .integer(bytesBefore),
      "bytes_after": .integer(bytesAfter), "outputs_before": .array(outputsBefore.map(\.json)),
    ])
  }

  var lines: [String] {
    let names = layers.map { "'\($0)'" }.joined(separator: ", ")
    let bytes = bytesAfter - bytesBefore
    var lines = ["with \(names) put back: \(bytes < 0 ? "" : "+")\(Format.count(bytes)) bytes"]
    for (before, after) in zip(outputsBefore, outputsAfter) {
      func text(_ row: LayerComparison.Row) -> String {
        row.deviation.signalToNoise.map { Format.decimal($0, 1) + " dB" } ?? "identical"
      }
      lines.append("  \(before.name): SNR \(text(before)) -> \(text(after))")
    }
    return lines
  }
}
