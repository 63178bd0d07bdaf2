public import PressTensor

/// What can be wrong with an npy file; offsets are bytes from its start.
public enum NpyError: Error, Equatable, Sendable {
  /// The file does not start with npy's six bytes.
  case magic(found: [UInt8])
  /// The format's version is not 1.0, 2.0 or 3.0.
  case version(major: Int, minor: Int)
  /// The header runs past the end of the file.
  case truncated(expected: Int, found: Int)
  /// The header is longer than any header that describes one numeric array.
  case headerLength(Int)
  /// The header is not a dictionary as NumPy writes it.
  case syntax(expected: String, offset: Int)
  /// The header has an entry that npy does not know.
  case unknownKey(String)
  /// The header has an entry twice.
  case duplicateKey(String)
  /// The header lacks an entry.
  case missingKey(String)
  /// The elements are none that Press knows: objects, records, text, dates.
  case elementType(String)
  /// A dimension is no number of elements that fits in a word.
  case dimension(String)
  /// There are more axes than NumPy allows.
  case rank(Int)
  /// The number of elements or bytes does not fit in a word.
  case sizeOverflow([Int])
  /// The data is longer or shorter than type and shape demand.
  case byteCount(expected: Int, found: Int)
  /// The array would take more memory than allowed.
  case memoryLimit(needed: Int, limit: Int)
  /// Elements of a type that npy has no code for are to be written.
  case unwritable(ElementType)
}

extension NpyError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .magic(let found):
      "not an npy file, expected it to start with \\x93NUMPY, found bytes \(found)"
    case .version(let major, let minor):
      "npy version, expected 1.0, 2.0 or 3.0, found \(major).\(minor)"
    case .truncated(let expected, let found):
      "truncated npy header, expected \(expected) bytes, found \(found)"
    case .headerLength(let found):
      "npy header is too long, expected at most \(NpyHeader.longest) bytes, found \(found)"
    case .syntax(let expected, let offset):
      "malformed npy header, expected \(expected), found something else at offset \(offset)"
    case .unknownKey(let key):
      "malformed npy header, expected descr, fortran_order and shape, found '\(key)'"
    case .duplicateKey(let key):
      "malformed npy header, expected one '\(key)', found two"
    case .missingKey(let key):
      "malformed npy header, expected '\(key)', found none"
    case .elementType(let found):
      "npy element type, expected a numeric one such as '<f4', found '\(found)'"
    case .dimension(let found):
      "malformed npy shape, expected dimensions from 0 to 2^63 - 1, found \(found)"
    case .rank(let found):
      "malformed npy shape, expected at most \(NpyHeader.mostAxes) axes, found \(found)"
    case .sizeOverflow(let dimensions):
      "npy shape \(dimensions) is too large, expected fewer than 2^63 bytes, found more"
    case .byteCount(let expected, let found):
      "npy data, expected \(expected) bytes behind the header, found \(found)"
    case .memoryLimit(let needed, let limit):
      "npy array is too large, expected at most \(limit) bytes (--max-memory), found \(needed)"
    case .unwritable(let type):
      "cannot write npy, expected an element type that NumPy has, found \(type.name)"
    }
  }
}
