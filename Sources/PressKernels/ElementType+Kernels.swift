internal import CPressKernels
internal import PressTensor

extension ElementType {
  /// The type as kernels name it; `nil` where they have none for it.
  var kernelType: press_type? {
    switch self {
    case .float32: press_float32
    case .float64: press_float64
    case .int8: press_int8
    case .int16: press_int16
    case .int32: press_int32
    case .int64: press_int64
    case .uint8: press_uint8
    case .uint16: press_uint16
    case .uint32: press_uint32
    case .uint64: press_uint64
    case .bool: press_bool
    case .float16: press_float16
    case .bfloat16: press_bfloat16
    default: nil
    }
  }

  /// The type as kernels name it, and the bytes of an element.
  func checkedKernelType() -> (type: press_type, width: Int) {
    guard let type = kernelType else { preconditionFailure("kernels know no \(name)") }
    return (type, press_type_width(type))
  }
}
