import PressTensor

/// A file that appears under its name only when it is whole.
///
/// Bytes go to a temporary file beside the target; `commit` flushes it to the device and renames
/// it. Whatever ends before that leaves the target as it was and removes the temporary file.
@safe public struct AtomicFile: ~Copyable {
  private let descriptor: Int32
  private let target: String
  private let temporary: String
  private let mayReplace: Bool
  private var isCommitted = false
  private var buffer: [UInt8] = []
  /// The bytes written so far.
  public private(set) var byteCount = 0

  /// Opens a temporary file beside `path`.
  ///
  /// - Throws: `exists` if the target is there and may not be replaced.
  public init(path: String, mayReplace: Bool) throws(FileError) {
    if !mayReplace, unsafe access(path, F_OK) == 0 { throw .exists(path: path) }
    let name = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    let descriptor = unsafe open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .last("create", name) }
    Unfinished.shared.insert(name)
    self.descriptor = descriptor
    self.mayReplace = mayReplace
    target = path
    temporary = name
  }

  deinit {
    if !isCommitted, descriptor >= 0 {
      close(descriptor)
      unsafe unlink(temporary)
      Unfinished.shared.remove(temporary)
    }
  }

  /// A file that counts what is written to it and keeps none of it.
  public static func counting() -> AtomicFile { AtomicFile() }

  private init() {
    descriptor = -1
    target = ""
    temporary = ""
    mayReplace = false
  }

  /// Appends bytes.
  public mutating func write(_ span: RawSpan) throws(FileError) {
    byteCount += span.byteCount
    if descriptor < 0 { return }
    if span.byteCount < 1 << 16 {
      unsafe span.withUnsafeBytes { bytes in unsafe buffer.append(contentsOf: bytes) }
      if buffer.count >= 1 << 16 { try flush() }
      return
    }
    try flush()
    try send(span)
  }

  /// Appends bytes.
  public mutating func write(_ bytes: [UInt8]) throws(FileError) {
    try write(bytes.rawSpan)
  }

  /// Replaces bytes that were written before, from `offset` on.
  public mutating func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    precondition(offset + bytes.count <= byteCount, "only what was written can be replaced")
    if descriptor < 0 { return }
    try flush()
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .last("seek in", temporary) }
    try send(bytes.rawSpan)
    guard lseek(descriptor, 0, SEEK_END) >= 0 else { throw .last("seek in", temporary) }
  }

  /// Flushes the bytes to the device and gives the file its name.
  public consuming func commit() throws(FileError) {
    precondition(descriptor >= 0, "a counting file has no target")
    try flush()
    guard fsync(descriptor) == 0 else { throw .last("flush", temporary) }
    if !mayReplace {
      guard unsafe link(temporary, target) == 0 else {
        if errno == EEXIST { throw .exists(path: target) }
        guard unsafe access(target, F_OK) != 0, unsafe rename(temporary, target) == 0 else {
          throw .last("create", target)
        }
        return finish()
      }
      unsafe unlink(temporary)
      return finish()
    }
    guard unsafe rename(temporary, target) == 0 else { throw .last("rename to", target) }
    finish()
  }

  private mutating func finish() {
    isCommitted = true
    close(descriptor)
    Unfinished.shared.remove(temporary)
  }

  private mutating func flush() throws(FileError) {
    guard !buffer.isEmpty else { return }
    try send(buffer.rawSpan)
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ span: RawSpan) throws(FileError) {
    var offset = 0
    while offset < span.byteCount {
      let count = unsafe span.extracting(offset..<span.byteCount).withUnsafeBytes { bytes in
        PressFile.send(descriptor, bytes)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .last("write", temporary)
      }
      offset += count
    }
  }
}

/// One `write` of at most a gigabyte.
@safe func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, min(bytes.count, 1 << 30))
}

extension AtomicFile {
  /// Calls `body` with the path of a file that is removed afterwards, whatever happens.
  public static func withTemporary<Result>(
    in folder: String, _ body: (String) throws -> Result
  ) throws -> Result {
    let path = "\(folder)/press-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    Unfinished.shared.insert(path)
    defer {
      unsafe unlink(path)
      Unfinished.shared.remove(path)
    }
    return try body(path)
  }
}
