import ArgumentParser
import Press

/// `compress verify`: reads and checks every byte.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a container and check every byte.",
    discussion: """
      Checksums, lengths, codes, padding, and what the records say about their streams. Exit code 8 \
      if a check fails, 3 if the file is no container or of a later version.

      With --replay the passes of the history run once more, on --source: the file that the model was \
      first read from, whose SHA-256 must match. The same bytes must come out. Where passes that depend \
      on the platform ran on another one, weights must agree within 1e-5 of a tensor's largest.

        compress verify model.bin
        compress verify model.bin --replay --source model.onnx
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument

  @Flag(help: "Run the recorded passes once more and compare.")
  var replay = false

  @Option(
    help: ArgumentHelp("What the model was first read from.", valueName: "path"),
    completion: .file())
  var source: String?

  @Option(
    help: ArgumentHelp(
      "What passes that were calibrated read instead of the recorded file.", valueName: "file.npz"),
    completion: .file(extensions: ["npz"]))
  var data: String?

  func validate() throws {
    if data != nil, !replay {
      throw ValidationError("--data is for --replay, expected both, found --data")
    }
    guard replay == (source != nil) else {
      throw ValidationError(
        "--replay and --source go together, expected both, found --\(replay ? "replay" : "source")")
    }
  }

  func run() throws {
    let file = try model.read(common)
    guard let container = file.container else {
      throw InputError(path: model.path, underlying: ContainerError.notAContainer, code: nil)
    }
    let progress = Progress("verify", isQuiet: common.quiet)
    try InputError.naming(model.path) { try container.verify(progress: progress.update) }
    progress.finish()
    var object: [String: JSON] = [
      "ok": .bool(true), "sections": .integer(container.sectionCount),
    ]
    var lines = ["\(model.path): every byte of \(container.sectionCount) sections is as recorded"]
    if let source {
      let result = try replayed(container, source)
      object.merge(result.json) { _, new in new }
      lines.append(result.line)
    }
    common.print(.object(object), text: lines)
  }

  private func replayed(
    _ container: Container, _ source: String
  ) throws -> (json: [String: JSON], line: String) {
    let file = try ModelArgument.read(source, common)
    let outcome: Replay.Outcome
    do {
      outcome = try Replay(container, common.context(), data: data).run(on: file)
    } catch let error as PassError {
      throw InputError(path: model.path, underlying: error, code: .input)
    } catch let error as Replay.Problem {
      throw InputError(path: source, underlying: error, code: .input)
    }
    let count = container.model.history.passes.count
    switch outcome {
    case .identical:
      return (
        ["replay": .string("identical"), "passes": .integer(count)],
        "replaying \(count) passes on \(source) gives the same bytes"
      )
    case .close(let error, let recorded):
      return (
        [
          "replay": .string("close"), "passes": .integer(count), "largest_error": .number(error),
        ],
        "replaying \(count) passes on \(source) gives the same weights within \(error), "
          + "recorded by \(recorded)"
      )
    case .different(let reason):
      throw InputError(path: model.path, underlying: ReplayFailure(reason), code: .damaged)
    }
  }
}

/// A replay that made something else.
private struct ReplayFailure: Error, CustomStringConvertible {
  let description: String

  init(_ reason: String) {
    description = "replay failed, expected the recorded model, found another: \(reason)"
  }
}
