public import PressFile
public import PressTensor

/// What a file that a fuzzer made may make a reader allocate: far below libFuzzer's own limit.
public let fuzzLimits = ReadLimits(maximumBytes: 1 << 28)

/// The fuzzer's bytes as a file.
public func fuzzFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> MemoryFile {
  MemoryFile(Array(UnsafeBufferPointer(start: start, count: count)))
}

/// Looks at both ends of a stream, so that one that lies about its length is found out.
public func touch(_ storage: Storage) {
  storage.withBytes { span in
    precondition(span.byteCount == storage.byteCount)
    guard span.byteCount > 0 else { return }
    _ = span.loadLittleEndian(UInt8.self, at: 0)
    _ = span.loadLittleEndian(UInt8.self, at: span.byteCount - 1)
  }
}
