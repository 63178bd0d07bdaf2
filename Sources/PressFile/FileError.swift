/// What can go wrong with a file; each names the file.
public enum FileError: Error, Equatable, Sendable {
  /// The system refused an operation.
  case system(operation: String, path: String, reason: String, code: Int32)
  /// The path is not a regular file.
  case notAFile(path: String)
  /// The target exists and may not be replaced.
  case exists(path: String)
  /// More memory would be needed than allowed.
  case memoryLimit(path: String, needed: Int, limit: Int)
  /// Deflated data is malformed, or its length is not the declared one.
  case inflate(reason: String)

  /// Whether the device ran out of space or the user out of quota.
  public var isDiskFull: Bool {
    guard case .system(_, _, _, let code) = self else { return false }
    return code == ENOSPC || code == EDQUOT || code == EFBIG
  }

  static func last(_ operation: String, _ path: String) -> FileError {
    let code = errno
    let reason = unsafe String(cString: strerror(code))
    return .system(operation: operation, path: path, reason: reason, code: code)
  }
}

extension FileError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .system(let operation, let path, let reason, _):
      "cannot \(operation) \(path): \(reason)"
    case .notAFile(let path):
      "cannot read \(path), expected a regular file, found something else"
    case .exists(let path):
      "target exists, expected a new path or --force, found \(path)"
    case .memoryLimit(let path, let needed, let limit):
      "\(path) is too large, expected at most \(limit) bytes (--max-memory), found \(needed)"
    case .inflate(let reason):
      "malformed deflate data, \(reason)"
    }
  }
}
