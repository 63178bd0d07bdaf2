import ArgumentParser
import Press

/// `compress compare`: how far a model's outputs moved from a reference's.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a model's outputs with a reference's.",
    discussion: """
      Both run on the same inputs; the first is the reference. With --per-layer the layers are \
      compared too, and --restore puts a layer of the reference back first, which shows what that \
      layer alone cost.

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
    var second = try ModelArgument.read(other, common).model
    if !restore.isEmpty {
      second = try second.restoring(restore, from: first)
    }
    guard let graph = first.graph else {
      throw InputError(path: reference, underlying: EngineError.noGraph, code: nil)
    }
    let tensors = try self.tensors(graph)
    let names = perLayer ? graph.layers(sharedWith: second.graph) : []
    let included = Set(names.map(\.value))
    let expected = try run(first, reference, tensors, included)
    let found = try run(second, other, tensors, included)
    let outputs = try InputError.naming(other) {
      try graph.outputs.map { output in
        try Self.deviation(output.name, output.name, expected, found)
      }
    }
    let layers = try InputError.naming(other) {
      try names.compactMap { name -> Row? in
        if expected[name.value]?.elementType == .string { return nil }
        return try Self.deviation(name.layer, name.value, expected, found)
      }
    }
    var object: [String: JSON] = ["outputs": .array(outputs.map(\.json))]
    if perLayer { object["layers"] = .array(layers.map(\.json)) }
    common.print(.object(object), text: Self.lines(outputs, layers))
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

  private func run(
    _ model: Model, _ path: String, _ inputs: [String: Tensor], _ names: Set<String>
  ) throws -> [String: Tensor] {
    try InputError.naming(path) {
      let options = PlanOptions(fuses: names.isEmpty, limits: try common.limits())
      let plan = try Plan(model, options: options)
      var engine = Engine(plan, threads: common.threads)
      return try engine.run(inputs, including: names.intersection(plan.valueNames))
    }
  }

  private static func deviation(
    _ name: String, _ value: String, _ expected: [String: Tensor], _ found: [String: Tensor]
  ) throws -> Row {
    guard let a = expected[value], let b = found[value] else {
      throw DatasetError.unknownOutput(value, expected: found.keys.sorted())
    }
    guard a.shape == b.shape else {
      throw DatasetError.comparedShapes(name: name, expected: a.shape, found: b.shape)
    }
    var deviation = Deviation()
    let width = a.shape.dimensions.last ?? 1
    if a.shape.count > 0 {
      deviation.add(try b.numbers(), reference: try a.numbers(), width: width)
    }
    return Row(name: name, isScalar: a.shape.rank == 0, deviation: deviation)
  }

  /// An output or a layer, and how far it moved.
  private struct Row {
    let name: String
    let isScalar: Bool
    let deviation: Deviation

    /// The share of rows with the same largest element; a scalar has none.
    var agreement: Double? { isScalar ? nil : deviation.agreement }

    /// The numbers with the keys that scripts read.
    var json: JSON {
      .object([
        "name": .string(name), "max_abs": .optional(deviation.largestDifference),
        "mean_abs": .optional(deviation.meanDifference), "cosine": .optional(deviation.cosine),
        "snr_db": .optional(deviation.signalToNoise), "argmax_agreement": .optional(agreement),
      ])
    }
  }

  private static func lines(_ outputs: [Row], _ layers: [Row]) -> [String] {
    var table = Table(
      ["", "max |a-b|", "mean |a-b|", "cosine", "SNR dB", "same argmax"], numeric: [1, 2, 3, 4, 5])
    for row in layers + outputs {
      table.add([
        row.name, row.deviation.largestDifference.map { "\(Float($0))" } ?? "-",
        row.deviation.meanDifference.map { "\(Float($0))" } ?? "-",
        row.deviation.cosine.map { Format.decimal($0, 6) } ?? "-",
        row.deviation.signalToNoise.map { Format.decimal($0, 1) } ?? "identical",
        row.agreement.map { Format.percent($0) } ?? "-",
      ])
    }
    return table.lines
  }
}
