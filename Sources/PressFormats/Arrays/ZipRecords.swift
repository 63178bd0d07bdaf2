import PressTensor

/// The signatures and fixed lengths of a zip archive's records.
enum ZipRecord {
  static let local = ZipRecordKind(name: "local header", signature: 0x0403_4B50, byteCount: 30)
  static let central = ZipRecordKind(name: "directory entry", signature: 0x0201_4B50, byteCount: 46)
  static let end = ZipRecordKind(name: "end record", signature: 0x0605_4B50, byteCount: 22)
  static let end64 = ZipRecordKind(name: "ZIP64 end record", signature: 0x0606_4B50, byteCount: 56)
  static let locator = ZipRecordKind(name: "ZIP64 locator", signature: 0x0706_4B50, byteCount: 20)
  static let descriptorSignature: UInt32 = 0x0807_4B50
  /// The header id of the extra field with 64-bit sizes.
  static let zip64Field: UInt16 = 1
  /// A 32-bit field that says: see the ZIP64 field.
  static let marker = UInt64(UInt32.max)
}

/// One kind of record.
struct ZipRecordKind {
  let name: String
  let signature: UInt32
  let byteCount: Int

  /// Checks that the record's fixed part lies in `span` before `end` and bears its signature.
  func check(_ span: RawSpan, at offset: Int, end: Int) throws(ZipError) {
    guard offset >= 0, offset <= end, end - offset >= byteCount else {
      throw .truncated(record: name, offset: offset, count: byteCount, end: end)
    }
    let found = span.loadLittleEndian(UInt32.self, at: offset)
    guard found == signature else {
      throw .signature(record: name, offset: offset, found: found)
    }
  }
}

/// Where the directory of an archive is and how many entries it should have.
struct ZipDirectoryLocation {
  let range: Range<Int>
  let entryCount: UInt64

  /// Reads the records at the end of an archive.
  init(_ span: RawSpan) throws(ZipError) {
    guard let end = Self.endRecord(in: span) else { throw .endRecord(byteCount: span.byteCount) }
    let locator = end - ZipRecord.locator.byteCount
    if locator >= 0,
      span.loadLittleEndian(UInt32.self, at: locator) == ZipRecord.locator.signature
    {
      try self.init(span, locator: locator)
    } else {
      try self.init(span, end: end)
    }
  }

  private init(_ span: RawSpan, end: Int) throws(ZipError) {
    let disks = (0..<2).map { span.loadLittleEndian(UInt16.self, at: end + 4 + 2 * $0) }
    guard disks == [0, 0] else { throw .disks(count: Int(max(disks[0], disks[1])) + 1) }
    let counts = (0..<2).map { span.loadLittleEndian(UInt16.self, at: end + 8 + 2 * $0) }
    guard counts[0] == counts[1] else {
      throw .entryCount(expected: UInt64(counts[1]), found: Int(counts[0]))
    }
    entryCount = UInt64(counts[1])
    range = try Self.range(
      offset: UInt64(span.loadLittleEndian(UInt32.self, at: end + 16)),
      byteCount: UInt64(span.loadLittleEndian(UInt32.self, at: end + 12)), end: end)
  }

  private init(_ span: RawSpan, locator: Int) throws(ZipError) {
    let disks = span.loadLittleEndian(UInt32.self, at: locator + 16)
    guard disks == 1 else { throw .disks(count: Int(disks)) }
    let offset = span.loadLittleEndian(UInt64.self, at: locator + 8)
    let end = Int(clamping: offset)
    try ZipRecord.end64.check(span, at: end, end: locator)
    let rest = span.loadLittleEndian(UInt64.self, at: end + 4)
    guard rest == UInt64(locator - end - 12) else {
      throw .truncated(
        record: ZipRecord.end64.name, offset: end, count: Int(clamping: rest), end: locator)
    }
    let part = span.loadLittleEndian(UInt32.self, at: end + 16)
    guard part == 0, span.loadLittleEndian(UInt32.self, at: end + 20) == 0 else {
      throw .disks(count: Int(part) + 1)
    }
    let counts = (0..<2).map { span.loadLittleEndian(UInt64.self, at: end + 24 + 8 * $0) }
    guard counts[0] == counts[1] else {
      throw .entryCount(expected: counts[1], found: Int(clamping: counts[0]))
    }
    entryCount = counts[1]
    range = try Self.range(
      offset: span.loadLittleEndian(UInt64.self, at: end + 48),
      byteCount: span.loadLittleEndian(UInt64.self, at: end + 40), end: end)
  }

  /// The last record whose comment ends exactly where the file does.
  private static func endRecord(in span: RawSpan) -> Int? {
    let last = span.byteCount - ZipRecord.end.byteCount
    guard last >= 0 else { return nil }
    for position in stride(from: last, through: max(0, last - Int(UInt16.max)), by: -1) {
      guard span.loadLittleEndian(UInt32.self, at: position) == ZipRecord.end.signature else {
        continue
      }
      if Int(span.loadLittleEndian(UInt16.self, at: position + 20)) == last - position {
        return position
      }
    }
    return nil
  }

  private static func range(
    offset: UInt64, byteCount: UInt64, end: Int
  ) throws(ZipError) -> Range<Int> {
    let (sum, overflow) = offset.addingReportingOverflow(byteCount)
    guard !overflow, sum == UInt64(end) else {
      throw .directory(offset: offset, byteCount: byteCount, end: end)
    }
    return Int(offset)..<end
  }
}
