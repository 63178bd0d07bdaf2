import PressTensor

extension Tensor {
  /// Some elements as integers; `nil` unless the type is one of whole numbers.
  func integers(_ range: Range<Int>) -> [Int]? {
    func read<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> [Int] {
      storage.withBytes { span in
        range.map { index in
          Int(clamping: span.loadLittleEndian(type, at: index * MemoryLayout<Value>.size))
        }
      }
    }
    switch elementType {
    case .uint8, .bool: return read(UInt8.self)
    case .int8: return read(Int8.self)
    case .uint16: return read(UInt16.self)
    case .int16: return read(Int16.self)
    case .uint32: return read(UInt32.self)
    case .int32: return read(Int32.self)
    case .uint64: return read(UInt64.self)
    case .int64: return read(Int64.self)
    default: return nil
    }
  }

  /// Some elements as floats; `nil` unless the type is float32 or float64.
  func floats(_ range: Range<Int>) -> [Float]? {
    switch elementType {
    case .float32:
      storage.withBytes { span in
        range.map { Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * $0)) }
      }
    case .float64:
      storage.withBytes { span in
        range.map { Float(Double(bitPattern: span.loadLittleEndian(UInt64.self, at: 8 * $0))) }
      }
    default: nil
    }
  }
}
