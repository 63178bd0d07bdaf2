import PressTensor

extension Weight {
  /// The elements of a small integer or boolean tensor, row-major.
  ///
  /// `nil` for other types, for more than `limit` elements, for streams that cannot be read and for
  /// numbers that do not fit.
  func integers(limit: Int) -> [Int]? {
    guard shape.count <= limit, let width = elementType.byteWidth, let bytes = try? decoded(),
      bytes.byteCount == shape.count * width
    else { return nil }
    return bytes.withBytes { span in
      var elements: [Int] = []
      elements.reserveCapacity(shape.count)
      for index in 0..<shape.count {
        guard let element = elementType.integer(in: span, at: index * width) else { return nil }
        elements.append(element)
      }
      return elements
    }
  }
}

extension ElementType {
  /// The integer that starts at `offset`; `nil` for other types and numbers that do not fit.
  fileprivate func integer(in span: RawSpan, at offset: Int) -> Int? {
    switch self {
    case .int64: Int(exactly: span.loadLittleEndian(Int64.self, at: offset))
    case .int32: Int(span.loadLittleEndian(Int32.self, at: offset))
    case .int16: Int(span.loadLittleEndian(Int16.self, at: offset))
    case .int8: Int(span.loadLittleEndian(Int8.self, at: offset))
    case .uint64: Int(exactly: span.loadLittleEndian(UInt64.self, at: offset))
    case .uint32: Int(span.loadLittleEndian(UInt32.self, at: offset))
    case .uint16: Int(span.loadLittleEndian(UInt16.self, at: offset))
    case .uint8, .bool: Int(span.loadLittleEndian(UInt8.self, at: offset))
    default: nil
    }
  }

  /// Whether elements are whole numbers or booleans that `integers(limit:)` can read.
  var isIntegral: Bool {
    switch self {
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
    default: false
    }
  }
}
