import ArgumentParser
import Press

/// How errors end the program: one line on standard error and a documented exit code.
enum Failure {
  /// An exit code and the meaning it has for scripts.
  enum Code: Int32 {
    case internalError = 1
    case usage = 2
    case input = 3
    case unreachable = 6
    case damaged = 8
  }

  /// Names and shapes in a file may be of any length; the line that names them may not.
  private static let longestMessage = 1000

  /// Prints the error and exits.
  static func exit(_ error: any Error) -> Never {
    let code = Compress.exitCode(for: error)
    if code == .success {
      Console.print(Compress.fullMessage(for: error))
      Process.exit(0)
    }
    if let failed = error as? ExitCode { Process.exit(failed.rawValue) }
    if isParsing(error) {
      let message = Compress.message(for: error)
      let line = message.split(separator: "\n").joined(separator: " ")
      let command = Invocation.subcommand.map { "compress help \($0)" } ?? "compress --help"
      Console.note("compress: error: \(line) (see '\(command)')")
      Process.exit(Code.usage.rawValue)
    }
    Console.note("compress: error: \(message(error))")
    Process.exit(self.code(error).rawValue)
  }

  private static func isParsing(_ error: any Error) -> Bool {
    error is ValidationError || "\(type(of: error))".hasPrefix("CommandError")
      || "\(type(of: error))".hasPrefix("ParserError")
  }

  private static func message(_ error: any Error) -> String {
    let text = "\(error)".split(separator: "\n").joined(separator: " ")
    return text.utf8.count <= longestMessage ? text : text.prefix(longestMessage) + "..."
  }

  /// The exit code of an error.
  static func code(_ error: any Error) -> Code {
    switch error {
    case let located as InputError: located.code ?? code(located.underlying)
    case is CalibrationError: .input
    case let error as FileError: code(error)
    case let error as ContainerError: code(error)
    case EngineError.weight(_, let underlying): code(underlying)
    case PassError.unreachable: .unreachable
    case PassError.elements, PassError.activation: .input
    case is PassError, is UsageError, is RecipeError, is Journal.Problem,
      GraphError.unmatchedPattern, GraphError.malformedPattern:
      .usage
    default: isInput(error) ? .input : .internalError
    }
  }

  private static func isInput(_ error: any Error) -> Bool {
    switch error {
    case is TensorError, is GraphError, is EngineError, is ONNXError, is SafetensorsError,
      is NpyError, is ZipError, is NpzError, is DatasetError, is Replay.Problem:
      true
    default: false
    }
  }

  private static func code(_ error: FileError) -> Code {
    switch error {
    case .exists: .usage
    case .notAFile, .memoryLimit, .inflate: .input
    case .system(let operation, _, _, _):
      error.isDiskFull ? .internalError : operation == "create" ? .usage : .internalError
    }
  }

  private static func code(_ error: ContainerError) -> Code {
    switch error {
    case .notAContainer, .newerVersion, .tensor(_, .memoryLimit): .input
    default: .damaged
    }
  }
}

/// Something wrong with what was asked for, beyond what the parser can see.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// An error while reading a file, with the file's name.
struct InputError: Error, CustomStringConvertible {
  let path: String
  let underlying: any Error
  /// An exit code that the place decides, not the error.
  let code: Failure.Code?

  var description: String {
    let text = "\(underlying)"
    return text.contains(path) ? text : "\(path): \(text)"
  }

  /// Runs `body` and names the file in whatever it throws.
  ///
  /// - Parameter isWriting: Whether `body` writes another file meanwhile: errors of files are then
  ///   that one's.
  static func naming<Result>(
    _ path: String, isWriting: Bool = false, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as FileError {
      if isWriting { throw error }
      throw InputError(path: path, underlying: error, code: .input)
    } catch let error as UsageError {
      throw error
    } catch let error as CalibrationError {
      throw error
    } catch {
      throw InputError(path: path, underlying: error, code: nil)
    }
  }
}
