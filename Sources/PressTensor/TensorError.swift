/// What can be wrong with a tensor's type, shape or bytes.
public enum TensorError: Error, Equatable, Sendable {
  /// A dimension is below zero.
  case negativeDimension(Int)
  /// The number of elements or bytes does not fit in a machine word.
  case sizeOverflow([Int])
  /// A tensor's bytes do not have the length that its type and shape demand.
  case byteCount(expected: Int, found: Int)
  /// An operation needs another element type.
  case elementType(expected: String, found: ElementType)
  /// A read or a write would leave a stream of `length` bytes.
  case outOfBounds(offset: Int, count: Int, length: Int)
  /// Decoding would take more memory than allowed.
  case memoryLimit(needed: Int, limit: Int)
}

extension TensorError: CustomStringConvertible {
  /// One line: what, expected, found.
  public var description: String {
    switch self {
    case .negativeDimension(let dimension):
      "negative dimension, expected 0 or more, found \(dimension)"
    case .sizeOverflow(let dimensions):
      "shape too large, expected fewer than 2^63 bytes, found \(dimensions)"
    case .byteCount(let expected, let found):
      "wrong tensor size, expected \(expected) bytes, found \(found)"
    case .elementType(let expected, let found):
      "wrong element type, expected \(expected), found \(found.name)"
    case .outOfBounds(let offset, let count, let length):
      "truncated data, expected \(count) bytes at offset \(offset), found \(length) bytes in all"
    case .memoryLimit(let needed, let limit):
      "too large, expected at most \(limit) bytes (--max-memory), found \(needed)"
    }
  }
}
