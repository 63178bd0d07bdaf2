import FuzzSupport
import PressFormats
import PressGraph
import PressTensor

/// Reads the bytes as a whole file and touches everything that it gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = fuzzFile(start, count)
  guard let model = try? Safetensors.read(source, limits: fuzzLimits) else { return 0 }
  for weight in model.weights {
    if let bytes = try? weight.decoded() { touch(bytes) }
  }
  return 0
}
