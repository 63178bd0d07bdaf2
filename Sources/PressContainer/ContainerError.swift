public import PressCoding
public import PressTensor

/// What can be wrong with a container; every case but the first two means that a check failed.
public enum ContainerError: Error, Equatable, Sendable {
  /// The file does not begin with the magic bytes.
  case notAContainer
  /// The container was written by a later version of the format.
  case newerVersion(Int)
  /// The file is shorter than a header.
  case truncatedHeader(found: Int)
  /// The header's checksum does not fit.
  case headerChecksum(expected: UInt32, found: UInt32)
  /// Reserved bits of the header are set.
  case reservedFlags(Int)
  /// The file's length is not the one in its header.
  case length(expected: Int, found: Int)
  /// The directory does not fit into the file.
  case directoryLength(Int)
  /// A section's checksum does not fit.
  case sectionChecksum(section: String, expected: UInt32, found: UInt32)
  /// A tensor's checksum does not fit.
  case tensorChecksum(tensor: String, expected: UInt32, found: UInt32)
  /// The sections do not fill the file between header and directory.
  case sectionLengths(expected: Int, found: Int)
  /// A section that must be understood is not known.
  case unknownSection(Int)
  /// A section is missing, doubled or out of order.
  case sectionOrder(String)
  /// A section ends inside a record.
  case truncatedRecord(section: String, offset: Int)
  /// A section has bytes after its last record.
  case trailingBytes(section: String, count: Int)
  /// A number is longer than it needs to be, or than a word.
  case malformedNumber(section: String, offset: Int)
  /// A code number has no meaning in this version.
  case unknownCode(section: String, what: String, code: Int)
  /// A string's index is beyond the table.
  case stringIndex(section: String, index: Int, count: Int)
  /// A name is not UTF-8.
  case malformedString(index: Int)
  /// A string repeats more of its predecessor than there is, or all strings together are too long.
  case stringTable(index: Int)
  /// Graphs are nested too deeply.
  case nesting(limit: Int)
  /// Nodes, attributes, values and pairs are too many.
  case tooManyRecords(limit: Int)
  /// Two tensors have the same id, or a graph names a tensor that is not there.
  case weightID(Int)
  /// A tensor's shape is impossible or more than may be allocated.
  case tensor(name: String, TensorError)
  /// A tensor's record contradicts itself.
  case tensorRecord(name: String, what: String)
  /// A tensor's stream is malformed.
  case stream(tensor: String, CodingError)
  /// The bytes between streams are not 0.
  case padding(tensor: String)
  /// A count or an entropy in a tensor's record is not what its streams say.
  case miscount(tensor: String, what: String, expected: Int, found: Int)
}

extension ContainerError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .notAContainer:
      "not a container, expected the magic bytes 89 50 52 45 53 53 0D 0A, found others"
    case .newerVersion(let version):
      "newer container, expected version 1 or 2, found version \(version)"
    case .truncatedHeader(let found): "truncated header, expected 32 bytes, found \(found)"
    case .headerChecksum(let expected, let found): Self.checksum("header", expected, found)
    case .reservedFlags(let flags): "reserved flags in the header, expected 0, found \(flags)"
    case .length(let expected, let found):
      "wrong file length, expected \(expected) bytes, found \(found)"
    case .directoryLength(let length):
      "wrong directory length, expected one that fits the file, found \(length)"
    case .sectionChecksum(let section, let expected, let found):
      Self.checksum("section '\(section)'", expected, found)
    case .tensorChecksum(let tensor, let expected, let found):
      Self.checksum("tensor '\(tensor)'", expected, found)
    case .sectionLengths(let expected, let found):
      "wrong section lengths, expected a sum of \(expected) bytes, found \(found)"
    case .unknownSection(let kind):
      "unknown section, expected one that this version knows, found kind \(kind)"
    case .sectionOrder(let what): "wrong sections, expected each once and in order, found \(what)"
    case .truncatedRecord(let section, let offset):
      "truncated section '\(section)', expected more bytes at offset \(offset), found its end"
    case .trailingBytes(let section, let count):
      "section '\(section)' is too long, expected its end, found \(count) more bytes"
    case .malformedNumber(let section, let offset):
      "malformed number in section '\(section)', expected its shortest form, found another at "
        + "offset \(offset)"
    case .unknownCode(let section, let what, let code):
      "unknown \(what) in section '\(section)', expected a code of the file's version, found \(code)"
    case .stringIndex(let section, let index, let count):
      "wrong string in section '\(section)', expected an index below \(count), found \(index)"
    case .malformedString(let index):
      "malformed name, expected UTF-8, found other bytes in string \(index)"
    case .stringTable(let index):
      "malformed string table, expected strings of sane length, found another at \(index)"
    case .nesting(let limit):
      "graphs nested too deeply, expected at most \(limit) levels, found more"
    case .tooManyRecords(let limit):
      "too many records in one section, expected at most \(limit), found more"
    case .weightID(let id):
      "wrong tensor id, expected one tensor with it, found none or two of \(id)"
    case .tensor(let name, let error): "tensor '\(name)': \(error)"
    case .tensorRecord(let name, let what):
      "malformed record of tensor '\(name)', expected consistent numbers, found \(what)"
    case .stream(let tensor, let error): "tensor '\(tensor)': \(error)"
    case .padding(let tensor): "padding of tensor '\(tensor)', expected 0 bytes, found others"
    case .miscount(let tensor, let what, let expected, let found):
      "wrong \(what) of tensor '\(tensor)', expected \(expected) as recorded, found \(found)"
    }
  }

  private static func checksum(_ what: String, _ expected: UInt32, _ found: UInt32) -> String {
    "checksum of \(what), expected \(String(expected, radix: 16)), found \(String(found, radix: 16))"
  }
}
