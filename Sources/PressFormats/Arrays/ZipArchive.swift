import PressFile
public import PressTensor

/// A zip archive whose directory has been read and checked; its data is read on demand.
///
/// Everything the archive says twice must agree, no two entries share bytes, and names differ.
public struct ZipArchive: Sendable {
  /// The entries, in the directory's order.
  public let entries: [ZipEntry]
  private let source: any ByteSource

  /// A deflated entry of more bytes than this must not expand a hundredfold.
  private static let largestUnsuspicious = 1 << 29

  /// Reads the directory.
  public init(_ source: any ByteSource) throws(ZipError) {
    self.source = source
    entries = try source.withBytes { (span) throws(ZipError) in try Self.directory(span) }
  }

  private static func directory(_ span: RawSpan) throws(ZipError) -> [ZipEntry] {
    let location = try ZipDirectoryLocation(span)
    var entries: [ZipEntry] = []
    var extents: [(start: Int, end: Int, index: Int)] = []
    var names: Set<String> = []
    var position = location.range.lowerBound
    while position < location.range.upperBound, UInt64(entries.count) < location.entryCount {
      let entry = try ZipDirectoryEntry(span, at: position, end: location.range.upperBound)
      guard names.insert(entry.name).inserted else { throw .duplicateName(entry.name) }
      let (data, end) = try entry.located(span, limit: location.range.lowerBound)
      if entry.method == .stored, entry.byteCount != entry.storedByteCount {
        throw .storedSize(
          name: entry.name, stored: data.count, declared: Int(clamping: entry.byteCount))
      }
      extents.append((Int(clamping: entry.offset), end, entries.count))
      entries.append(
        ZipEntry(
          name: entry.name, method: entry.method, byteCount: Int(clamping: entry.byteCount),
          checksum: entry.checksum, range: data))
      position = entry.end
    }
    guard UInt64(entries.count) == location.entryCount else {
      throw .entryCount(expected: location.entryCount, found: entries.count)
    }
    guard position == location.range.upperBound else {
      throw .entryCount(expected: location.entryCount, found: entries.count + 1)
    }
    extents.sort { $0.start < $1.start }
    for (first, second) in zip(extents, extents.dropFirst()) where first.end > second.start {
      throw .overlap(name: entries[first.index].name, with: entries[second.index].name)
    }
    return entries
  }

  /// The bytes of a stored entry as a range of the file; `nil` for a deflated one.
  func mapped(_ entry: ZipEntry) throws(ZipError) -> Storage? {
    guard entry.method == .stored else { return nil }
    let storage: Storage
    do throws(TensorError) {
      storage = try Storage(source, range: entry.range)
    } catch {
      throw .truncated(
        record: "data of '\(entry.name)'", offset: entry.range.lowerBound,
        count: entry.range.count, end: source.byteCount)
    }
    try storage.withBytes { (span) throws(ZipError) in try check(span, of: entry) }
    return storage
  }

  /// The bytes of an entry in memory, with their checksum checked.
  func bytes(of entry: ZipEntry, limits: ReadLimits) throws(ZipError) -> [UInt8] {
    guard entry.byteCount <= limits.maximumBytes else {
      throw .memoryLimit(
        name: entry.name, needed: entry.byteCount, limit: limits.maximumBytes)
    }
    if let storage = try mapped(entry) { return storage.copied() }
    if entry.byteCount > Self.largestUnsuspicious, entry.byteCount / 100 > entry.range.count {
      throw .expansion(name: entry.name, declared: entry.byteCount, stored: entry.range.count)
    }
    let bytes = try inflated(entry) { (span) throws(FileError) in
      try Deflate.inflate(span, count: entry.byteCount)
    }
    try check(bytes.rawSpan, of: entry)
    return bytes
  }

  /// The first bytes of an entry, at most `count`, without a look at its checksum.
  func prefix(of entry: ZipEntry, count: Int) throws(ZipError) -> [UInt8] {
    let count = min(count, entry.byteCount)
    if entry.method == .stored {
      return source.withBytes { span in
        Array(copying: span.extracting(entry.range).extracting(0..<count))
      }
    }
    return try inflated(entry) { (span) throws(FileError) in
      try Deflate.inflatePrefix(span, count: count)
    }
  }

  private func inflated(
    _ entry: ZipEntry, _ body: (RawSpan) throws(FileError) -> [UInt8]
  ) throws(ZipError) -> [UInt8] {
    do throws(FileError) {
      return try source.withBytes { (span) throws(FileError) in
        try body(span.extracting(entry.range))
      }
    } catch {
      guard case .inflate(let reason) = error else {
        throw .deflate(name: entry.name, reason: error.description)
      }
      throw .deflate(name: entry.name, reason: reason)
    }
  }

  private func check(_ span: RawSpan, of entry: ZipEntry) throws(ZipError) {
    var sum = CRC32()
    sum.update(span)
    guard sum.value == entry.checksum else {
      throw .checksum(name: entry.name, expected: entry.checksum, found: sum.value)
    }
  }
}
