import FuzzSupport
import PressFormats
import PressGraph
import PressTensor

/// Reads the bytes as a whole file, looks at the model in every way, and touches its tensors.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = fuzzFile(start, count)
  guard let model = try? ONNX.read(source, folder: nil, limits: fuzzLimits) else { return 0 }
  examine(model)
  return 0
}
