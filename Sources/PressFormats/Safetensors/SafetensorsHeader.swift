import PressTensor

/// The header of a safetensors file: what the JSON says, checked against the size of the data.
struct SafetensorsHeader {
  /// One tensor as the header describes it.
  struct Entry {
    let name: String
    let elementType: ElementType
    let shape: Shape
    /// Where the bytes are within the data.
    let range: Range<Int>
  }

  /// The tensors, in the order of their data.
  let entries: [Entry]
  /// The pairs of `__metadata__`, in their order.
  let metadata: [(key: String, value: String)]
  /// Where the data starts in the file.
  let dataOffset: Int

  /// The most bytes that a header may have: the reference implementation's bound.
  static let longest = 100_000_000
  /// The most axes of a tensor.
  static let mostAxes = 64
  static let metadataKey = "__metadata__"

  /// Reads and checks the header of the file in `span`.
  init(_ span: RawSpan, limits: ReadLimits) throws(SafetensorsError) {
    guard span.byteCount >= 10 else { throw .truncated(byteCount: span.byteCount) }
    let declared = span.loadLittleEndian(UInt64.self, at: 0)
    let limit = min(Self.longest, span.byteCount - 8)
    guard declared >= 2, declared <= UInt64(limit) else {
      throw .headerLength(found: declared, limit: limit)
    }
    let count = Int(declared)
    guard count <= limits.maximumBytes else {
      throw .memoryLimit(needed: count, limit: limits.maximumBytes)
    }
    let text = Array(copying: span.extracting(8..<(8 + count)))
    var parser = SafetensorsHeaderParser(text, offset: 8)
    try parser.parse()
    dataOffset = 8 + count
    metadata = parser.metadata
    let byteCount = span.byteCount - dataOffset
    var entries: [Entry] = []
    entries.reserveCapacity(parser.tensors.count)
    for tensor in parser.tensors { entries.append(try tensor.checked(byteCount: byteCount)) }
    // Sorting is stable, so that empty tensors keep the header's order.
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    self.entries = entries
    try checkCoverage(byteCount: byteCount)
  }

  /// Every byte of the data belongs to exactly one tensor.
  private func checkCoverage(byteCount: Int) throws(SafetensorsError) {
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw .gapOrOverlap(expected: end, found: entry.range.lowerBound, tensor: entry.name)
      }
      end = entry.range.upperBound
    }
    guard end == byteCount else { throw .trailing(expected: end, found: byteCount) }
  }
}

/// One tensor as the JSON has it.
struct SafetensorsTensor {
  let name: String
  let elementType: ElementType
  let dimensions: [Int]
  let offsets: (begin: Int, end: Int)

  /// Checks type, shape and offsets against each other and against the bytes that there are.
  func checked(byteCount: Int) throws(SafetensorsError) -> SafetensorsHeader.Entry {
    let shape: Shape
    let expected: Int
    do throws(TensorError) {
      shape = try Shape(dimensions)
      expected = try elementType.byteCount(shape.count) ?? 0
    } catch {
      throw .sizeOverflow(dimensions, tensor: name)
    }
    // The count of bits was just seen not to overflow.
    guard shape.count * (elementType.bitWidth ?? 8) % 8 == 0 else {
      throw .partialByte(tensor: name)
    }
    guard offsets.begin <= offsets.end, offsets.end <= byteCount else {
      throw .offsets(
        begin: offsets.begin, end: offsets.end, tensor: name, byteCount: byteCount)
    }
    let range = offsets.begin..<offsets.end
    guard range.count == expected else {
      throw .byteCount(expected: expected, found: range.count, tensor: name)
    }
    return SafetensorsHeader.Entry(
      name: name, elementType: elementType, shape: shape, range: range)
  }
}

/// The names that safetensors gives to element types.
enum SafetensorsType {
  private static let names: [(name: String, type: ElementType)] = [
    ("BOOL", .bool), ("F4", .float4E2M1), ("F6_E2M3", .float6E2M3), ("F6_E3M2", .float6E3M2),
    ("U8", .uint8), ("I8", .int8), ("F8_E5M2", .float8E5M2), ("F8_E4M3", .float8E4M3FN),
    ("F8_E8M0", .float8E8M0), ("F8_E4M3FNUZ", .float8E4M3FNUZ), ("F8_E5M2FNUZ", .float8E5M2FNUZ),
    ("I16", .int16), ("U16", .uint16), ("F16", .float16), ("BF16", .bfloat16), ("I32", .int32),
    ("U32", .uint32), ("F32", .float32), ("C64", .complex64), ("F64", .float64), ("I64", .int64),
    ("U64", .uint64),
  ]

  /// The type of that name.
  static func type(_ name: String) -> ElementType? { names.first { $0.name == name }?.type }

  /// The type's name; `nil` if the format does not know it.
  static func name(_ type: ElementType) -> String? { names.first { $0.type == type }?.name }
}
