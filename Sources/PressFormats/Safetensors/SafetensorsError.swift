public import PressTensor

/// What can be wrong with a safetensors file; offsets are bytes from its start unless said otherwise.
public enum SafetensorsError: Error, Equatable, Sendable {
  /// The file is shorter than the eight bytes of its first field.
  case truncated(byteCount: Int)
  /// The header's declared length leaves the file, or is beyond all measure.
  case headerLength(found: UInt64, limit: Int)
  /// The header is not JSON of the form that the format prescribes.
  case syntax(expected: String, offset: Int)
  /// A string in the header is not UTF-8.
  case encoding(offset: Int)
  /// A key stands twice in one object.
  case duplicateKey(String)
  /// A tensor has a property that the format does not know.
  case unknownKey(String, tensor: String)
  /// A tensor lacks a property.
  case missingKey(String, tensor: String)
  /// A tensor's element type is none that the format knows.
  case elementType(String, tensor: String)
  /// A number is not one from 0 to 2^63 - 1 written in digits.
  case number(offset: Int)
  /// A tensor has more axes than any tool can use.
  case rank(Int, tensor: String)
  /// The number of elements or bytes does not fit in a word.
  case sizeOverflow([Int], tensor: String)
  /// A tensor of elements smaller than a byte ends within one.
  case partialByte(tensor: String)
  /// A tensor's bytes end before they begin, or behind the file's end; offsets within the data.
  case offsets(begin: Int, end: Int, tensor: String, byteCount: Int)
  /// A tensor's bytes are more or fewer than its type and shape demand.
  case byteCount(expected: Int, found: Int, tensor: String)
  /// Bytes lie between two tensors, or belong to both; offsets within the data.
  case gapOrOverlap(expected: Int, found: Int, tensor: String)
  /// Bytes behind the last tensor belong to none.
  case trailing(expected: Int, found: Int)
  /// The header would take more memory than allowed.
  case memoryLimit(needed: Int, limit: Int)
  /// Elements of a type that the format does not know are to be written.
  case unwritable(ElementType, tensor: String)
  /// Two tensors of one name, or one named as the metadata is, are to be written.
  case unwritableName(String)
}

extension SafetensorsError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .truncated(let byteCount):
      "truncated safetensors file, expected at least 10 bytes, found \(byteCount)"
    case .headerLength(let found, let limit):
      "safetensors header length, expected 2 to \(limit) bytes, found \(found)"
    case .syntax(let expected, let offset):
      "malformed safetensors header, expected \(expected), found something else at offset \(offset)"
    case .encoding(let offset):
      "malformed safetensors header, expected UTF-8, found other bytes at offset \(offset)"
    case .duplicateKey(let key):
      "malformed safetensors header, expected one '\(key)', found two"
    case .number(let offset):
      "malformed safetensors header, expected a number from 0 to 2^63 - 1, "
        + "found another at offset \(offset)"
    case .trailing(let expected, let found):
      "safetensors data, expected \(expected) bytes as the tensors take, found \(found)"
    case .memoryLimit(let needed, let limit):
      "safetensors header is too large, expected at most \(limit) bytes (--max-memory), "
        + "found \(needed)"
    case .unwritable(let type, let tensor):
      "cannot write tensor '\(tensor)', expected an element type that safetensors has, "
        + "found \(type.name)"
    case .unwritableName(let name):
      "cannot write safetensors, expected names that differ from each other and from "
        + "__metadata__, found '\(name)' again"
    default: tensorDescription
    }
  }

  private var tensorDescription: String {
    switch self {
    case .unknownKey(let key, let tensor):
      "malformed tensor '\(tensor)', expected dtype, shape and data_offsets, found '\(key)'"
    case .missingKey(let key, let tensor):
      "malformed tensor '\(tensor)', expected '\(key)', found none"
    case .elementType(let found, let tensor):
      "element type of tensor '\(tensor)', expected one such as F32, found '\(found)'"
    case .rank(let found, let tensor):
      "shape of tensor '\(tensor)', expected at most \(SafetensorsHeader.mostAxes) axes, "
        + "found \(found)"
    case .sizeOverflow(let dimensions, let tensor):
      "shape of tensor '\(tensor)', expected fewer than 2^63 bytes, found \(dimensions)"
    case .partialByte(let tensor):
      "size of tensor '\(tensor)', expected whole bytes, found a part of one"
    case .offsets(let begin, let end, let tensor, let byteCount):
      "offsets of tensor '\(tensor)', expected a range within \(byteCount) bytes, "
        + "found \(begin) to \(end)"
    case .byteCount(let expected, let found, let tensor):
      "size of tensor '\(tensor)', expected \(expected) bytes by type and shape, found \(found)"
    case .gapOrOverlap(let expected, let found, let tensor):
      "offset of tensor '\(tensor)', expected \(expected) where the one before ends, found \(found)"
    default: "malformed safetensors file"
    }
  }
}
