import FuzzSupport
import PressFormats
import PressTensor

/// Reads the bytes as a whole file and touches everything that it gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = fuzzFile(start, count)
  guard let file = try? NpzFile(source, limits: fuzzLimits) else { return 0 }
  for name in file.names {
    _ = try? file.header(name)
    if let tensor = try? file.tensor(name) { touch(tensor.storage) }
  }
  return 0
}
