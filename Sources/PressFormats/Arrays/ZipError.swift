/// What can be wrong with a zip archive; offsets are bytes from the start of the file.
public enum ZipError: Error, Equatable, Sendable {
  /// No end-of-directory record closes the file.
  case endRecord(byteCount: Int)
  /// A record would leave the part of the file that may hold it.
  case truncated(record: String, offset: Int, count: Int, end: Int)
  /// A record does not start with its signature.
  case signature(record: String, offset: Int, found: UInt32)
  /// The archive is one of several parts.
  case disks(count: Int)
  /// The directory does not end where the records that describe it begin.
  case directory(offset: UInt64, byteCount: UInt64, end: Int)
  /// The directory holds more or fewer entries than declared.
  case entryCount(expected: UInt64, found: Int)
  /// A name is not UTF-8.
  case nameEncoding(offset: Int)
  /// Two entries have one name.
  case duplicateName(String)
  /// An entry is encrypted.
  case encrypted(name: String)
  /// An entry is compressed by something other than deflate.
  case method(name: String, found: Int)
  /// An entry's extra fields are not a chain of lengths that fits.
  case extraField(name: String)
  /// A size is said to stand in a ZIP64 field that is not there.
  case zip64Field(name: String)
  /// An entry's local header says something else than the directory.
  case localHeader(name: String, field: String, expected: UInt64, found: UInt64)
  /// An entry's name in its local header is not the one in the directory.
  case localName(name: String)
  /// The record behind an entry's data does not repeat checksum and sizes.
  case dataDescriptor(name: String)
  /// Two entries share bytes.
  case overlap(name: String, with: String)
  /// An entry that is stored as it is has two different sizes.
  case storedSize(name: String, stored: Int, declared: Int)
  /// Deflated data is malformed, or its length is not the declared one.
  case deflate(name: String, reason: String)
  /// An entry's bytes do not have the declared checksum.
  case checksum(name: String, expected: UInt32, found: UInt32)
  /// An entry declares a size out of all proportion to its data.
  case expansion(name: String, declared: Int, stored: Int)
  /// An entry would take more memory than allowed.
  case memoryLimit(name: String, needed: Int, limit: Int)
  /// A name that is to be written is longer than the format's 65535 bytes.
  case nameLength(Int)
}

extension ZipError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .endRecord(let byteCount):
      "not a zip archive, expected an end record closing the file, found none in \(byteCount) bytes"
    case .truncated(let record, let offset, let count, let end):
      "truncated zip \(record), expected \(count) bytes at offset \(offset), found the end at \(end)"
    case .signature(let record, let offset, let found):
      "malformed zip, expected a \(record) at offset \(offset), found 0x\(hexadecimal(found))"
    case .disks(let count):
      "split zip archive, expected one file, found a part of \(count)"
    case .directory(let offset, let byteCount, let end):
      "malformed zip, expected a directory that ends at \(end), "
        + "found \(byteCount) bytes at offset \(offset)"
    case .entryCount(let expected, let found):
      "malformed zip, expected \(expected) directory entries, found \(found)"
    case .nameEncoding(let offset):
      "malformed zip, expected a name in UTF-8, found other bytes at offset \(offset)"
    case .duplicateName(let name):
      "ambiguous zip, expected one entry named '\(name)', found two"
    case .encrypted(let name):
      "encrypted zip entry '\(name)', expected a readable one, found encryption"
    case .method(let name, let found):
      "compression of zip entry '\(name)', expected 0 (stored) or 8 (deflate), found \(found)"
    case .nameLength(let found):
      "zip entry's name is too long, expected at most 65535 bytes, found \(found)"
    default: entryDescription
    }
  }

  private var entryDescription: String {
    switch self {
    case .extraField(let name):
      "malformed zip entry '\(name)', expected extra fields that fit their lengths, found others"
    case .zip64Field(let name):
      "malformed zip entry '\(name)', expected a ZIP64 field with its sizes, found none"
    case .localHeader(let name, let field, let expected, let found):
      "malformed zip entry '\(name)', expected \(field) \(expected) as in the directory, "
        + "found \(found)"
    case .localName(let name):
      "malformed zip entry '\(name)', expected the same name in its header, found another"
    case .dataDescriptor(let name):
      "malformed zip entry '\(name)', expected its sizes again behind the data, found others"
    case .overlap(let name, let other):
      "malformed zip, expected entries apart, found '\(name)' overlapping '\(other)'"
    case .storedSize(let name, let stored, let declared):
      "malformed zip entry '\(name)', expected \(declared) bytes stored, found \(stored)"
    case .deflate(let name, let reason):
      "zip entry '\(name)': \(reason)"
    case .checksum(let name, let expected, let found):
      "damaged zip entry '\(name)', expected CRC-32 \(hexadecimal(expected)), "
        + "found \(hexadecimal(found))"
    case .expansion(let name, let declared, let stored):
      "suspicious zip entry '\(name)', expected at most 100 times its \(stored) bytes, "
        + "found \(declared) declared"
    case .memoryLimit(let name, let needed, let limit):
      "zip entry '\(name)' is too large, expected at most \(limit) bytes (--max-memory), "
        + "found \(needed)"
    default: "malformed zip"
    }
  }

  private func hexadecimal(_ value: UInt32) -> String { String(value, radix: 16) }
}
