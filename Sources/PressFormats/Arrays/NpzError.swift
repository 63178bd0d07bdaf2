/// What can go wrong with an npz file.
public enum NpzError: Error, Equatable, Sendable {
  /// The archive itself is malformed.
  case archive(ZipError)
  /// An array in it is malformed.
  case array(name: String, NpyError)
  /// An array that is needed is not there.
  case missing(name: String, found: [String])
}

extension NpzError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .archive(let error): error.description
    case .array(let name, let error): "array '\(name)': \(error)"
    case .missing(let name, let found):
      "missing array, expected '\(name)', found "
        + (found.isEmpty ? "none" : found.prefix(20).joined(separator: ", "))
        + (found.count > 20 ? " and \(found.count - 20) more" : "")
    }
  }
}
