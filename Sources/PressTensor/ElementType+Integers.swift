extension ElementType {
  /// The integer that starts at `offset`; `nil` for other types and numbers that do not fit.
  package func integer(in span: RawSpan, at offset: Int) -> Int? {
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

  /// The first `count` elements of a span that holds them; `nil` where one is no integer or does not
  /// fit.
  package func integers(in span: RawSpan, count: Int) -> [Int]? {
    guard let width = byteWidth, isIntegral else { return nil }
    var elements: [Int] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      guard let element = integer(in: span, at: index * width) else { return nil }
      elements.append(element)
    }
    return elements
  }

  /// Whether elements are whole numbers or booleans that `integer(in:at:)` can read.
  package var isIntegral: Bool {
    switch self {
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
    default: false
    }
  }
}
