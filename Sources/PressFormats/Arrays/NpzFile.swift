public import PressFile
public import PressTensor

/// Named arrays in a zip archive, as NumPy's `savez` writes them; each is read on demand.
public struct NpzFile: Sendable {
  /// The arrays' names in the archive's order: entries that end in `.npy`, without that ending.
  public let names: [String]
  private let archive: ZipArchive
  private let entries: [String: ZipEntry]
  private let limits: ReadLimits

  /// Opens a file and reads its directory.
  ///
  /// - Throws: `FileError`, `NpzError.archive`.
  public init(path: String, limits: ReadLimits = .standard) throws {
    try self.init(try MappedFile(path: path), limits: limits)
  }

  /// Reads the directory of an archive.
  public init(_ source: any ByteSource, limits: ReadLimits = .standard) throws(NpzError) {
    do throws(ZipError) {
      archive = try ZipArchive(source)
    } catch {
      throw .archive(error)
    }
    let ending = ".npy"
    let arrays = archive.entries.filter { $0.name.hasSuffix(ending) }
      .map { (name: String($0.name.dropLast(ending.count)), entry: $0) }
    names = arrays.map(\.name)
    entries = Dictionary(arrays.map { ($0.name, $0.entry) }) { first, _ in first }
    self.limits = limits
  }

  /// Whether there is an array of that name.
  public func contains(_ name: String) -> Bool { entries[name] != nil }

  /// Type and shape of an array, without reading its data.
  public func header(_ name: String) throws(NpzError) -> NpyHeader {
    let entry = try entry(name)
    let prefix: [UInt8]
    do throws(ZipError) {
      prefix = try archive.prefix(of: entry, count: NpyHeader.longestWhole)
    } catch {
      throw .archive(error)
    }
    do throws(NpyError) {
      let header = try NpyHeader(prefix.rawSpan)
      try Npy.check(header, whole: entry.byteCount)
      return header
    } catch {
      throw .array(name: name, error)
    }
  }

  /// An array, its checksum checked; plain data that is not compressed stays in the file.
  ///
  /// Its size is compared with the header before anything is inflated.
  public func tensor(_ name: String) throws(NpzError) -> Tensor {
    _ = try header(name)
    let entry = try entry(name)
    let mapped: Storage?
    var bytes: [UInt8] = []
    do throws(ZipError) {
      mapped = try archive.mapped(entry)
      if mapped == nil { bytes = try archive.bytes(of: entry, limits: limits) }
    } catch {
      throw .archive(error)
    }
    do throws(NpyError) {
      if let mapped { return try Npy.tensor(mapped, limits: limits) }
      return try Npy.tensor(consuming: bytes, limits: limits)
    } catch {
      throw .array(name: name, error)
    }
  }

  private func entry(_ name: String) throws(NpzError) -> ZipEntry {
    guard let entry = entries[name] else { throw .missing(name: name, found: names) }
    return entry
  }
}
