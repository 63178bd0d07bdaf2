/// What can be wrong with a coded stream.
public enum CodingError: Error, Equatable, Sendable {
  /// The stream ends before its content does.
  case truncated(needed: Int, found: Int)
  /// A code table's first byte announces nothing that this version knows.
  case unknownTable(UInt8)
  /// A code table's symbol range is empty or its runs leave it.
  case badTableRange
  /// The code lengths do not form a complete prefix code; the sum is in units of 2^-15.
  case incompleteCode(sum: Int)
  /// The frequencies of a code table do not add up.
  case badFrequencies(sum: Int, expected: Int)
  /// A stream begins or ends with states that no encoder leaves.
  case badState
  /// A deflated stream is malformed.
  case inflate(reason: String)
  /// The parts of an interleaved stream do not add up to its length.
  case badStreamSizes
  /// Bits remain after the last symbol, or the padding to a whole byte is not 0.
  case trailingBits(stream: Int)
  /// Bytes remain after the last symbol.
  case trailingBytes(Int)
  /// The gaps of a relative index lead past the last element, or end in a bare skip.
  case badGaps
  /// A relative index or mask marks another number of elements than announced.
  case keptCount(expected: Int, found: Int)
  /// A mask has bits set behind its last element.
  case maskPadding
  /// An index points past the last entry of a codebook.
  case badIndex(UInt8, entries: Int)
  /// A code stands for nothing.
  case badCode(Int, limit: Int)
  /// A group keeps more or fewer elements than it should.
  case groupCount(expected: Int, found: Int)
  /// The positions in a group do not rise, or leave it.
  case badPosition(Int)
  /// The lengths of strings do not fill their stream, or there are more or fewer than announced.
  case stringLengths(expected: Int, found: Int)
}

extension CodingError: CustomStringConvertible {
  /// One line: what, expected, found.
  public var description: String {
    switch self {
    case .truncated(let needed, let found):
      "truncated stream, expected \(needed) bytes, found \(found)"
    case .unknownTable(let byte):
      "unknown code table, expected a known form and at most 32 parts, found byte \(byte)"
    case .badTableRange:
      "malformed code table, expected runs that fill the symbol range, found others"
    case .incompleteCode(let sum):
      "malformed code table, expected a complete prefix code (sum 32768), found sum \(sum)"
    case .badFrequencies(let sum, let expected):
      "malformed code table, expected frequencies of sum \(expected), found sum \(sum)"
    case .badState: "malformed stream, expected states from 65536 on, found others"
    case .inflate(let reason): "malformed deflated stream, \(reason)"
    case .badStreamSizes:
      "malformed stream, expected part sizes that fit its length, found others"
    case .trailingBits(let stream):
      "malformed stream, expected part \(stream) to end with its last symbol, found more bits"
    case .trailingBytes(let count):
      "malformed stream, expected no bytes after its last symbol, found \(count)"
    case .badGaps:
      "malformed support, expected gaps within the tensor, found one that leaves it"
    case .keptCount(let expected, let found):
      "malformed support, expected \(expected) elements, found \(found)"
    case .maskPadding:
      "malformed support, expected 0 bits behind the last element, found others"
    case .badIndex(let index, let entries):
      "malformed codebook index, expected below \(entries), found \(index)"
    case .badCode(let code, let limit):
      "malformed code, expected below \(limit), found \(code)"
    case .groupCount(let expected, let found):
      "malformed support, expected \(expected) elements in a group, found \(found)"
    case .badPosition(let position):
      "malformed support, expected rising positions within a group, found \(position)"
    case .stringLengths(let expected, let found):
      "malformed strings, expected \(expected) that fill their stream, found \(found)"
    }
  }
}
