import PressTensor

/// One file of a zip archive.
public struct ZipEntry: Hashable, Sendable {
  /// How the bytes are kept.
  public enum Method: UInt16, Hashable, Sendable {
    /// As they are.
    case stored = 0
    /// As a deflate stream.
    case deflated = 8
  }

  /// The name, exactly as the archive has it.
  public let name: String
  /// How the bytes are kept.
  public let method: Method
  /// The bytes that the entry has when read.
  public let byteCount: Int
  /// CRC-32 of those bytes.
  public let checksum: UInt32
  /// Where the kept bytes stand in the archive.
  public let range: Range<Int>
}

/// An entry as the directory describes it.
struct ZipDirectoryEntry {
  let name: String
  /// Where the name's bytes stand in the directory.
  let nameRange: Range<Int>
  let flags: UInt16
  let method: ZipEntry.Method
  let checksum: UInt32
  let storedByteCount: UInt64
  let byteCount: UInt64
  /// Where the local header starts.
  let offset: UInt64
  /// Where the next entry of the directory starts.
  let end: Int

  /// Whether checksum and sizes stand behind the data.
  var hasDescriptor: Bool { flags & 8 != 0 }

  /// Reads the entry at `start` of a directory that ends at `end`.
  init(_ span: RawSpan, at start: Int, end: Int) throws(ZipError) {
    let kind = ZipRecord.central
    try kind.check(span, at: start, end: end)
    let lengths = (0..<3).map { Int(span.loadLittleEndian(UInt16.self, at: start + 28 + 2 * $0)) }
    let whole = kind.byteCount + lengths[0] + lengths[1] + lengths[2]
    guard whole <= end - start else {
      throw .truncated(record: kind.name, offset: start, count: whole, end: end)
    }
    nameRange = (start + kind.byteCount)..<(start + kind.byteCount + lengths[0])
    let bytes = Array(copying: span.extracting(nameRange))
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw .nameEncoding(offset: nameRange.lowerBound)
    }
    self.name = name
    flags = span.loadLittleEndian(UInt16.self, at: start + 8)
    guard flags & 0x2041 == 0 else { throw .encrypted(name: name) }
    let number = span.loadLittleEndian(UInt16.self, at: start + 10)
    guard let method = ZipEntry.Method(rawValue: number) else {
      throw .method(name: name, found: Int(number))
    }
    self.method = method
    checksum = span.loadLittleEndian(UInt32.self, at: start + 16)
    var fields = try ZipWideFields(
      span, nameRange.upperBound..<(nameRange.upperBound + lengths[1]), name: name)
    byteCount = try fields.widened(span.loadLittleEndian(UInt32.self, at: start + 24), span)
    storedByteCount = try fields.widened(span.loadLittleEndian(UInt32.self, at: start + 20), span)
    offset = try fields.widened(span.loadLittleEndian(UInt32.self, at: start + 42), span)
    let disk = span.loadLittleEndian(UInt16.self, at: start + 34)
    guard disk == 0 || disk == .max && fields.rest == 4 else { throw .disks(count: Int(disk) + 1) }
    self.end = start + whole
  }
}

/// The ZIP64 extra field: 64-bit values for those 32-bit ones that are all ones, in order.
struct ZipWideFields {
  private let name: String
  private var next: Range<Int>?

  /// Bytes of the field that nobody has asked for yet.
  var rest: Int { next?.count ?? 0 }

  /// Finds the field in a record's extra fields.
  ///
  /// Fewer than four bytes at their end are padding.
  init(_ span: RawSpan, _ extra: Range<Int>, name: String) throws(ZipError) {
    self.name = name
    var position = extra.lowerBound
    while extra.upperBound - position >= 4 {
      let id = span.loadLittleEndian(UInt16.self, at: position)
      let count = Int(span.loadLittleEndian(UInt16.self, at: position + 2))
      position += 4
      guard count <= extra.upperBound - position else { throw .extraField(name: name) }
      if id == ZipRecord.zip64Field, next == nil { next = position..<(position + count) }
      position += count
    }
  }

  /// `field`, or the next 64-bit value where `field` says so.
  mutating func widened(_ field: UInt32, _ span: RawSpan) throws(ZipError) -> UInt64 {
    guard field == .max else { return UInt64(field) }
    guard let range = next, range.count >= 8 else { throw .zip64Field(name: name) }
    next = (range.lowerBound + 8)..<range.upperBound
    return span.loadLittleEndian(UInt64.self, at: range.lowerBound)
  }
}
