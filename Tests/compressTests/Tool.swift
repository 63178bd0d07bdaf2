import Foundation
import Testing

/// The built program, run from outside as a user would.
enum Tool {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
    var bytes: Data

    /// The one JSON object on standard output.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any] ?? [:]
    }
  }

  /// The repository's folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The program beside the tests' own executable.
  static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("compress")

  static let lenet = root.appendingPathComponent("Fixtures/models/lenet-300-100.onnx").path
  static let images = root.appendingPathComponent("Fixtures/data/mnist_test.npz").path

  /// Runs the program to its end.
  static func run(_ arguments: String..., input: Data? = nil) throws -> Result {
    try run(executable, arguments, input: input)
  }

  /// Runs any program to its end; both streams are read while it runs.
  static func run(_ program: URL, _ arguments: [String], input: Data? = nil) throws -> Result {
    let process = try started(program, arguments, input: input)
    let errors = Reader(process.errors)
    let bytes = process.output.readDataToEndOfFile()
    process.process.waitUntilExit()
    return Result(
      status: process.process.terminationStatus,
      output: String(decoding: bytes, as: UTF8.self),
      errors: String(decoding: errors.data, as: UTF8.self), bytes: bytes)
  }

  /// Starts a program.
  static func started(
    _ program: URL, _ arguments: [String], input: Data? = nil
  ) throws -> (process: Process, output: FileHandle, errors: FileHandle) {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = standardInput
    try process.run()
    if let input {
      Thread.detachNewThread { [handle = standardInput.fileHandleForWriting] in
        try? handle.write(contentsOf: input)
        try? handle.close()
      }
    } else {
      try standardInput.fileHandleForWriting.close()
    }
    return (process, output.fileHandleForReading, errors.fileHandleForReading)
  }

  /// Reads a stream on a thread of its own.
  private final class Reader: @unchecked Sendable {
    private var collected = Data()
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
      Thread.detachNewThread { [self] in
        collected = handle.readDataToEndOfFile()
        done.signal()
      }
    }

    var data: Data {
      done.wait()
      done.signal()
      return collected
    }
  }
}

/// Expects an error of one line, an exit code, and nothing on standard output.
func expectFailure(
  _ result: Tool.Result, _ status: Int32, _ words: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
  #expect(result.output.isEmpty, sourceLocation: sourceLocation)
  #expect(result.errors.hasPrefix("compress: error: "), sourceLocation: sourceLocation)
  #expect(result.errors.split(separator: "\n").count == 1, sourceLocation: sourceLocation)
  for word in words {
    #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
  }
}
