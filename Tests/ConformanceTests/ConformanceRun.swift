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
    let plan = try Plan(model)
    for folder in item.dataSets {
      let inputs = try inputs(of: graph, in: folder)
      var engine = Engine(plan, threads: 1)
      let results = try engine.run(values: inputs)
      try check(results, graph, folder)
      var second = Engine(plan, threads: 2)
      let others = try second.run(values: inputs)
      for output in graph.outputs.map(\.name) {
        let isSame = results[output]?.bytes == others[output]?.bytes
        guard isSame else {
          throw Mismatch(description: "output '\(output)' differs between 1 and 2 threads")
        }
      }
    }
  }

  /// The files fill the inputs that no initializer fills, in the order of the graph.
  private static func inputs(of graph: Graph, in folder: String) throws -> [String: Value] {
    let files = ConformanceCase.files("input", in: folder)
    let inputs = graph.requiredInputs
    guard files.count == inputs.count else {
      throw Mismatch(description: "\(files.count) input files for \(inputs.count) inputs")
    }
    var values: [String: Value] = [:]
    for (input, file) in zip(inputs, files) {
      values[input.name] = try value(file, for: input)
    }
    return values
  }

  /// What is in a file, for a value of the graph.
  ///
  /// Files of bfloat16 that were made before ONNX 1.13 say uint16: the model says what the bits are.
  private static func value(_ file: String, for info: ValueInfo) throws -> Value {
    let value = try ONNX.readValue(
      path: file, type: info.type ?? .tensor(nil, nil), limits: limits)
    guard case .tensor(let tensor) = value, tensor.elementType == .uint16,
      case .tensor(.bfloat16, _) = info.type
    else { return value }
    return .tensor(
      try Tensor(elementType: .bfloat16, shape: tensor.shape, storage: tensor.storage))
  }

  private static func check(_ results: [String: Value], _ graph: Graph, _ folder: String) throws {
    let files = ConformanceCase.files("output", in: folder)
    guard files.count == graph.outputs.count else {
      throw Mismatch(description: "\(files.count) output files for \(graph.outputs.count) outputs")
    }
    guard results.count == Set(graph.outputs.map(\.name)).count else {
      throw Mismatch(description: "\(results.count) outputs, expected \(graph.outputs.count)")
    }
    for (output, file) in zip(graph.outputs, files) {
      let expected = try value(file, for: output)
      guard let found = results[output.name] else {
        throw Mismatch(description: "no output '\(output.name)'")
      }
      if let reason = found.disagreement(with: expected) {
        throw Mismatch(description: "mismatch in output '\(output.name)': \(reason)")
      }
    }
  }
}
