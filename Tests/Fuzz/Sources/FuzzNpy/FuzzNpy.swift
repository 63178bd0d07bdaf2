import FuzzSupport
import PressFormats
import PressTensor

/// Reads the bytes as a whole file and touches everything that it gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = fuzzFile(start, count)
  if let tensor = try? Npy.read(source, limits: fuzzLimits) { touch(tensor.storage) }
  return 0
}
