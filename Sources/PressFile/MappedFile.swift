public import PressTensor

/// A file mapped read-only into memory; pages are read when they are touched.
///
/// The file must not shrink while it is mapped.
@safe public final class MappedFile: ByteSource {
  /// The path that was opened.
  public let path: String
  private let bytes: Mapping

  /// What `mmap` gave: immutable for the life of the object, hence safe to share.
  @safe private struct Mapping: @unchecked Sendable {
    let pointer: UnsafeRawBufferPointer
  }

  /// Maps a regular file.
  public init(path: String) throws(FileError) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last("examine", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    let size = Int(status.st_size)
    var mapped = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    if size > 0 {
      let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard unsafe address != MAP_FAILED else { throw .last("map", path) }
      unsafe mapped = UnsafeRawBufferPointer(start: address, count: size)
    }
    self.path = path
    bytes = unsafe Mapping(pointer: mapped)
  }

  deinit {
    guard let address = unsafe bytes.pointer.baseAddress else { return }
    unsafe munmap(UnsafeMutableRawPointer(mutating: address), bytes.pointer.count)
  }

  /// The file's size.
  public var byteCount: Int { unsafe bytes.pointer.count }

  /// Calls `body` with the file's bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let span = unsafe RawSpan(_unsafeBytes: bytes.pointer)
    return try body(span)
  }

  /// Gives back the whole pages of a range; they are read again when they are touched.
  public func release(_ range: Range<Int>) {
    // A multiple of every processor's page.
    let unit = 1 << 16
    let first = (range.lowerBound + unit - 1) / unit * unit
    let last = range.upperBound == byteCount ? byteCount : range.upperBound / unit * unit
    guard first < last, let address = unsafe bytes.pointer.baseAddress else { return }
    _ = unsafe madvise(
      UnsafeMutableRawPointer(mutating: address + first), last - first, MADV_DONTNEED)
  }
}

/// Bytes in memory behind the same face as a mapped file: standard input, for one.
public final class MemoryFile: ByteSource {
  private let bytes: [UInt8]

  /// Takes the bytes.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The number of bytes.
  public var byteCount: Int { bytes.count }

  /// Calls `body` with the bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let held = bytes
    return try body(held.rawSpan)
  }
}
