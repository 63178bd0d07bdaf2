import PressFile
import PressFormats
import PressGraph
import PressTensor

/// Reads the bytes as a whole file and touches everything that it gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = MemoryFile(Array(UnsafeBufferPointer(start: start, count: count)))
  guard let file = try? NpzFile(source, limits: fuzzLimits) else { return 0 }
  for name in file.names {
    _ = try? file.header(name)
    if let tensor = try? file.tensor(name) { touch(tensor.storage) }
  }
  return 0
}

private let fuzzLimits = ReadLimits(maximumBytes: 1 << 28)

private func touch(_ storage: Storage) {
  storage.withBytes { span in
    precondition(span.byteCount == storage.byteCount)
    if span.byteCount > 0 { _ = span.loadLittleEndian(UInt8.self, at: span.byteCount - 1) }
  }
}
