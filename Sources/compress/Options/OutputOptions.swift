import ArgumentParser
import Press

/// Where a command that makes a model writes it.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to write; .onnx, .safetensors and .npz choose these formats, anything else a container; - is standard output. (default: <stem>.<command>.bin beside the input)",
      valueName: "path"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace the input, which must be a container.")
  var inPlace = false

  @Flag(help: "Replace an existing target.")
  var force = false

  @Flag(help: "Check everything and predict the size, but write nothing.")
  var dryRun = false

  func validate() throws {
    if inPlace, output != nil {
      throw ValidationError("--in-place and --output exclude each other, expected one, found both")
    }
  }

  /// The target of a command that reads `input`.
  func target(of input: String, _ file: ModelFile, command: String) throws -> Target {
    if inPlace {
      guard file.format == .container, input != Invocation.standardStream else {
        throw UsageError(
          "--in-place is for containers, expected one, found \(file.format.rawValue) (\(input))")
      }
      return Target(path: input, mayReplace: true)
    }
    if let output { return Target(path: output, mayReplace: force) }
    guard input != Invocation.standardStream else {
      throw UsageError("no target, expected --output with standard input, found none")
    }
    return Target(path: Self.stem(input) + ".\(command).bin", mayReplace: force)
  }

  /// A path without its last extension.
  static func stem(_ path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let name = path.dropFirst(folder.count)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path }
    return String(folder + name[..<dot])
  }
}

/// A path to write a model to.
struct Target {
  let path: String
  let mayReplace: Bool

  var isStream: Bool { path == Invocation.standardStream }

  /// Refuses early what writing would refuse late.
  func check() throws {
    if !mayReplace, !isStream, Process.fileExists(path) { throw FileError.exists(path: path) }
  }

  /// Writes a model, or only predicts what that would come to.
  ///
  /// What goes wrong with a weight is the fault of `input`, which is read meanwhile.
  func write(
    _ model: Model, from input: String, opset: Int? = nil, isDryRun: Bool, isQuiet: Bool
  ) throws -> ModelWriter.Outcome {
    let progress = Progress(isDryRun ? "measure" : "write", isQuiet: isQuiet)
    defer { progress.finish() }
    return try InputError.naming(input, isWriting: true) {
      isDryRun
        ? try ModelWriter(path: path, opset: opset).predict(model, progress: progress.update)
        : try write(model, opset, progress)
    }
  }

  /// Writes a model; a stream gets the whole file once it is whole.
  private func write(
    _ model: Model, _ opset: Int?, _ progress: Progress
  ) throws -> ModelWriter.Outcome {
    func written(_ path: String, mayReplace: Bool) throws -> ModelWriter.Outcome {
      try ModelWriter(path: path, opset: opset)
        .write(model, mayReplace: mayReplace, progress: progress.update)
    }
    guard isStream else { return try written(path, mayReplace: mayReplace) }
    let folder = Process.environment("TMPDIR") ?? "/tmp"
    return try AtomicFile.withTemporary(in: folder) { path in
      let outcome = try written(path, mayReplace: true)
      try MappedFile(path: path).withBytes { try StandardStream.output.write($0) }
      return outcome
    }
  }
}
