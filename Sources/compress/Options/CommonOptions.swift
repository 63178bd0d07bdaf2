import ArgumentParser
import Press

/// What every command understands.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; everything else goes to standard error.")
  var json = false

  @Flag(help: "Print nothing but results and errors.")
  var quiet = false

  @Option(
    name: .customLong("seed"),
    help: ArgumentHelp("Seed of everything random. (default: 0, or the recipe's)", valueName: "n"))
  var givenSeed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Threads to use; results are the same for any number.", valueName: "n"))
  var threads: Int = 1

  @Option(
    help: ArgumentHelp(
      "Bytes that a file may make the program allocate, such as 500M or 2G (default: half of RAM).",
      valueName: "bytes"))
  var maxMemory: String?

  /// The seed.
  var seed: UInt64 { givenSeed ?? 0 }

  func validate() throws {
    guard threads >= 1, threads <= 1024 else {
      throw ValidationError("invalid value of --threads, expected 1 to 1024, found \(threads)")
    }
    _ = try limits()
  }

  /// The bound on what a file may make the program allocate.
  func limits() throws -> ReadLimits {
    guard let text = maxMemory else { return .standard }
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = text.last.flatMap { units[Character($0.uppercased())] }
    let digits = unit == nil ? text : String(text.dropLast())
    guard let number = Int(digits), number > 0,
      case (let bytes, let overflow) = number.multipliedReportingOverflow(by: unit ?? 1), !overflow
    else {
      throw ValidationError(
        "invalid value of --max-memory, expected bytes such as 500M or 2G, found '\(text)'")
    }
    return ReadLimits(maximumBytes: bytes)
  }

  /// The context that passes run in.
  func context() throws -> PassContext {
    PassContext(seed: seed, tool: Tool.name, threads: threads, limits: try limits())
  }

  /// Prints a report: the object if JSON was asked for, else the lines.
  func print(_ json: @autoclosure () -> JSON, text: @autoclosure () -> [String]) {
    if self.json {
      Console.print(json().text)
    } else {
      for line in text() { Console.print(line) }
    }
  }
}

/// Reading the model that a command works on.
struct ModelArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The model: ONNX, safetensors or a container, told by its content; - is standard input.",
      valueName: "model"),
    completion: .file())
  var path: String

  /// Reads the model.
  func read(_ common: CommonOptions) throws -> ModelFile {
    try Self.read(path, common)
  }

  /// Reads a model, naming the file in whatever goes wrong.
  static func read(_ path: String, _ common: CommonOptions) throws -> ModelFile {
    let limits = try common.limits()
    if path == Invocation.standardStream {
      return try InputError.naming("standard input") {
        let bytes = try StandardStream.input.readAll(limit: limits.maximumBytes)
        return try ModelFile(MemoryFile(bytes), folder: nil, limits: limits)
      }
    }
    return try InputError.naming(path) { try ModelFile(path: path, limits: limits) }
  }
}

/// Which layers a pass works on.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("layers"), parsing: .singleValue,
    help: ArgumentHelp(
      "Layers or tensors to work on, by name: a glob whose * matches anything, or re: and a regular expression. May be repeated.",
      valueName: "pattern"))
  var layers: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Layers or tensors to leave alone. May be repeated.", valueName: "pattern"))
  var skip: [String] = []
}

/// Fixing dimensions that the graph leaves open.
struct ShapeOptions: ParsableArguments {
  @Option(
    name: .customLong("shape"), parsing: .singleValue,
    help: ArgumentHelp(
      "The shape of an input, such as input=1,3,224,224. May be repeated.",
      valueName: "name=d0,d1,..."))
  var shapes: [String] = []

  /// The shapes by input, which the graph must have.
  func parsed(for graph: Graph?) throws -> [String: [Int]] {
    let names = (graph?.inputs ?? []).map(\.name)
    let result = try parsed()
    if let unknown = result.keys.filter({ !names.contains($0) }).min() {
      throw UsageError(
        "unknown input in --shape, expected one of \(names.joined(separator: ", ")), "
          + "found '\(unknown)'")
    }
    return result
  }

  private func parsed() throws -> [String: [Int]] {
    var result: [String: [Int]] = [:]
    for text in shapes {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let dimensions = parts.count == 2 ? parts[1].split(separator: ",").map { Int($0) } : [nil]
      guard !parts[0].isEmpty, dimensions.allSatisfy({ ($0 ?? -1) >= 0 }) else {
        throw UsageError(
          "invalid value of --shape, expected NAME=D0,D1,..., found '\(text)'")
      }
      result[String(parts[0])] = dimensions.compactMap { $0 }
    }
    return result
  }
}
