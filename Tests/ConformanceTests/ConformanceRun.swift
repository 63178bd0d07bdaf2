import Press

/// Runs cases and says why they fail.
enum ConformanceRun {
  /// A failure that is not an error of the library.
  struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  private static let limits = ReadLimits(maximumBytes: 1 << 30)

  /// Runs a case on one and on two threads; throws the reason if it fails.
  static func run(_ item: ConformanceCase) throws {
    let model = try ONNX.read(path: item.model, limits: limits)
    guard let graph = model.graph else { throw EngineError.noGraph }
    try checkTypes(graph.inputs + graph.outputs)
    let plan = try Plan(model)
    for folder in item.dataSets {
      let inputs = try inputs(of: graph, in: folder)
      var engine = Engine(plan, threads: 1)
      let results = try engine.run(inputs)
      try check(results, graph, folder)
      var second = Engine(plan, threads: 2)
      let others = try second.run(inputs)
      for output in graph.outputs.map(\.name) {
        let isSame = results[output]?.storage.copied() == others[output]?.storage.copied()
        guard isSame else {
          throw Mismatch(description: "output '\(output)' differs between 1 and 2 threads")
        }
      }
    }
  }

  private static func checkTypes(_ values: [ValueInfo]) throws {
    for value in values {
      switch value.type {
      case .tensor, nil: continue
      case .sequence: throw Mismatch(description: "'\(value.name)' is a sequence")
      case .optional: throw Mismatch(description: "'\(value.name)' is optional")
      default: throw Mismatch(description: "'\(value.name)' is no tensor")
      }
    }
  }

  /// The files fill the inputs that no initializer fills, in the order of the graph.
  private static func inputs(of graph: Graph, in folder: String) throws -> [String: Tensor] {
    let files = ConformanceCase.files("input", in: folder)
    let inputs = graph.requiredInputs
    guard files.count == inputs.count else {
      throw Mismatch(description: "\(files.count) input files for \(inputs.count) inputs")
    }
    var tensors: [String: Tensor] = [:]
    for (input, file) in zip(inputs, files) {
      tensors[input.name] = try tensor(file, for: input)
    }
    return tensors
  }

  /// The tensor in a file, for a value of the graph.
  ///
  /// Files of bfloat16 that were made before ONNX 1.13 say uint16: the model says what the bits are.
  private static func tensor(_ file: String, for value: ValueInfo) throws -> Tensor {
    let tensor = try ONNX.readTensor(path: file, limits: limits)
    guard tensor.elementType == .uint16, case .tensor(.bfloat16, _) = value.type else {
      return tensor
    }
    return try Tensor(elementType: .bfloat16, shape: tensor.shape, storage: tensor.storage)
  }

  private static func check(_ results: [String: Tensor], _ graph: Graph, _ folder: String) throws {
    let files = ConformanceCase.files("output", in: folder)
    guard files.count == graph.outputs.count else {
      throw Mismatch(description: "\(files.count) output files for \(graph.outputs.count) outputs")
    }
    guard results.count == Set(graph.outputs.map(\.name)).count else {
      throw Mismatch(description: "\(results.count) outputs, expected \(graph.outputs.count)")
    }
    for (output, file) in zip(graph.outputs, files) {
      let expected = try tensor(file, for: output)
      guard let found = results[output.name] else {
        throw Mismatch(description: "no output '\(output.name)'")
      }
      if let reason = found.disagreement(with: expected) {
        throw Mismatch(description: "mismatch in output '\(output.name)': \(reason)")
      }
    }
  }
}
