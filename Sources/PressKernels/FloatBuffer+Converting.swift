internal import CPressKernels
public import PressTensor

extension AlignedBuffer<Float> {
  /// The numbers of packed little-endian elements as float32.
  ///
  /// `nil` for types other than float32, float64, float16 and bfloat16, and for a wrong length.
  public convenience init?(converting bytes: RawSpan, from type: ElementType, count: Int) {
    guard let width = type.byteWidth, bytes.byteCount / width == count,
      bytes.byteCount % width == 0
    else { return nil }
    switch type {
    case .float32:
      self.init(count: count) { span in
        #if _endian(little)
          unsafe span.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
          }
        #else
          for index in 0..<count {
            span[index] = Float(bitPattern: bytes.loadLittleEndian(UInt32.self, at: 4 * index))
          }
        #endif
      }
    case .float64:
      self.init(count: count) { span in
        for index in 0..<count {
          span[index] = Float(
            Double(bitPattern: bytes.loadLittleEndian(UInt64.self, at: 8 * index)))
        }
      }
    case .float16, .bfloat16:
      let halves = AlignedBuffer<UInt16>(count: count) { span in
        for index in 0..<count { span[index] = bytes.loadLittleEndian(UInt16.self, at: 2 * index) }
      }
      self.init(count: count) { span in
        unsafe span.withUnsafeMutableBufferPointer { target in
          let kernels = unsafe KernelTable.best.table.pointee
          let widen = unsafe type == .float16 ? kernels.widen_float16 : kernels.widen_bfloat16
          unsafe widen?(count, halves.pointer, target.baseAddress)
        }
      }
      extendLifetime(halves)
    default: return nil
    }
  }
}
