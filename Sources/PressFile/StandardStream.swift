import PressTensor

/// One of the process's standard streams.
public struct StandardStream: Sendable {
  private let descriptor: Int32

  /// Standard input.
  public static let input = StandardStream(descriptor: 0)
  /// Standard output.
  public static let output = StandardStream(descriptor: 1)
  /// Standard error.
  public static let error = StandardStream(descriptor: 2)

  /// Whether a person sits at the other end.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Writes text; failures are ignored, there being nowhere to tell of them.
  public func write(_ text: String) {
    try? write(Array(text.utf8).rawSpan)
  }

  /// Writes bytes.
  public func write(_ span: RawSpan) throws(FileError) {
    var offset = 0
    while offset < span.byteCount {
      let count = unsafe span.extracting(offset..<span.byteCount).withUnsafeBytes { bytes in
        send(descriptor, bytes)
      }
      if count < 0, errno != EINTR { throw .last("write", "standard output") }
      offset += max(count, 0)
    }
  }

  /// Reads everything up to the end, at most `limit` bytes.
  public func readAll(limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw .last("read", "standard input")
      }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= limit else {
        throw .memoryLimit(path: "standard input", needed: bytes.count, limit: limit)
      }
    }
  }
}
