public import PressFile
public import PressTensor

/// Writes a zip archive entry by entry, the same bytes for the same entries at any time.
///
/// Every entry is dated 1980-01-01, the format's own zero. ZIP64 fields appear only where sizes
/// need them.
public struct ZipWriter: ~Copyable {
  private var file: AtomicFile
  private let start: Int
  private var directory: [UInt8] = []
  private var count = 0
  private var names: Set<String> = []

  /// Appends an archive to a file.
  public init(_ file: consuming AtomicFile) {
    start = file.byteCount
    self.file = file
  }

  /// Appends an entry made of several parts.
  ///
  /// - Throws: `ZipError.duplicateName`, `ZipError.nameLength`, `FileError`.
  public mutating func add(
    name: String, parts: [Storage], method: ZipEntry.Method = .stored
  ) throws {
    let nameCount = name.utf8.count
    guard nameCount <= Int(UInt16.max) else { throw ZipError.nameLength(nameCount) }
    guard names.insert(name).inserted else { throw ZipError.duplicateName(name) }
    var sum = CRC32()
    for part in parts { part.withBytes { sum.update($0) } }
    let byteCount = parts.reduce(0) { $0 + $1.byteCount }
    var kept = parts
    if method == .deflated {
      var whole: [UInt8] = []
      whole.reserveCapacity(byteCount)
      for part in parts { whole.append(contentsOf: part.copied()) }
      kept = [Storage(Deflate.deflate(whole))]
    }
    let entry = WrittenEntry(
      name: Array(name.utf8), method: method, checksum: sum.value,
      storedByteCount: kept.reduce(0) { $0 + $1.byteCount }, byteCount: byteCount,
      offset: file.byteCount - start)
    try file.write(entry.localHeader)
    for part in kept { try file.write(part) }
    directory += entry.directoryEntry
    count += 1
  }

  /// The bytes of the archive if no entry follows.
  public var finalByteCount: Int { file.byteCount + directory.count + endRecords.count }

  /// Writes the directory and gives the file its name.
  public consuming func commit() throws(FileError) {
    let end = endRecords
    try file.write(directory)
    try file.write(end)
    try file.commit()
  }

  private var endRecords: [UInt8] {
    Self.endRecords(
      offset: file.byteCount - start, byteCount: directory.count, count: count)
  }

  private static func endRecords(offset: Int, byteCount: Int, count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    if offset >= ZipRecord.marker || byteCount >= ZipRecord.marker || count >= UInt16.max {
      bytes.appendLittleEndian(ZipRecord.end64.signature)
      bytes.appendLittleEndian(UInt64(ZipRecord.end64.byteCount - 12))
      bytes.appendLittleEndian(UInt16(45))
      bytes.appendLittleEndian(UInt16(45))
      bytes.appendLittleEndian(UInt64(0))
      for value in [count, count, byteCount, offset] { bytes.appendLittleEndian(UInt64(value)) }
      bytes.appendLittleEndian(ZipRecord.locator.signature)
      bytes.appendLittleEndian(UInt32(0))
      bytes.appendLittleEndian(UInt64(offset + byteCount))
      bytes.appendLittleEndian(UInt32(1))
    }
    bytes.appendLittleEndian(ZipRecord.end.signature)
    bytes.appendLittleEndian(UInt32(0))
    bytes.appendLittleEndian(UInt16(clamping: count))
    bytes.appendLittleEndian(UInt16(clamping: count))
    bytes.appendLittleEndian(UInt32(clamping: byteCount))
    bytes.appendLittleEndian(UInt32(clamping: offset))
    bytes.appendLittleEndian(UInt16(0))
    return bytes
  }
}

/// The records of one entry.
private struct WrittenEntry {
  let name: [UInt8]
  let method: ZipEntry.Method
  let checksum: UInt32
  let storedByteCount: Int
  let byteCount: Int
  let offset: Int

  private var hasWideSizes: Bool { max(byteCount, storedByteCount) >= ZipRecord.marker }
  private var hasWideOffset: Bool { offset >= ZipRecord.marker }

  var localHeader: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(ZipRecord.local.signature)
    appendCommon(to: &bytes, isWide: hasWideSizes)
    let extra = extraField(hasWideSizes ? [byteCount, storedByteCount] : [])
    bytes.appendLittleEndian(UInt16(extra.count))
    return bytes + name + extra
  }

  var directoryEntry: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(ZipRecord.central.signature)
    bytes.appendLittleEndian(UInt16(hasWideSizes || hasWideOffset ? 45 : 20))
    appendCommon(to: &bytes, isWide: hasWideSizes || hasWideOffset)
    let sizes = hasWideSizes ? [byteCount, storedByteCount] : []
    let extra = extraField(sizes + (hasWideOffset ? [offset] : []))
    bytes.appendLittleEndian(UInt16(extra.count))
    // No comment, the first disk, no attributes.
    bytes += [UInt8](repeating: 0, count: 10)
    bytes.appendLittleEndian(hasWideOffset ? UInt32.max : UInt32(offset))
    return bytes + name + extra
  }

  /// From the version needed to the length of the name.
  private func appendCommon(to bytes: inout [UInt8], isWide: Bool) {
    let isASCII = name.allSatisfy { $0 < 0x80 }
    bytes.appendLittleEndian(UInt16(isWide ? 45 : 20))
    bytes.appendLittleEndian(UInt16(isASCII ? 0 : 0x0800))
    bytes.appendLittleEndian(method.rawValue)
    bytes.appendLittleEndian(UInt16(0))
    bytes.appendLittleEndian(UInt16(1 << 5 | 1))
    bytes.appendLittleEndian(checksum)
    bytes.appendLittleEndian(hasWideSizes ? UInt32.max : UInt32(storedByteCount))
    bytes.appendLittleEndian(hasWideSizes ? UInt32.max : UInt32(byteCount))
    bytes.appendLittleEndian(UInt16(name.count))
  }

  private func extraField(_ values: [Int]) -> [UInt8] {
    guard !values.isEmpty else { return [] }
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(ZipRecord.zip64Field)
    bytes.appendLittleEndian(UInt16(8 * values.count))
    for value in values { bytes.appendLittleEndian(UInt64(value)) }
    return bytes
  }
}

extension AtomicFile {
  /// Appends a stream's bytes, without copying a mapped range.
  mutating func write(_ storage: Storage) throws(FileError) {
    var failure: FileError?
    storage.withBytes { span in
      do throws(FileError) { try write(span) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
