public import PressTensor

/// What an npy file says about its array before the data.
public struct NpyHeader: Hashable, Sendable {
  /// The type of the elements.
  public let elementType: ElementType
  /// The dimensions.
  public let shape: Shape
  /// Whether an element's most significant byte comes first.
  public let isBigEndian: Bool
  /// Whether the first axis runs fastest in the data.
  public let isFortranOrder: Bool
  /// Bytes before the data.
  public let byteCount: Int

  /// The bytes that the data takes.
  public let dataByteCount: Int

  /// The most bytes that a header may have after its length field.
  static let longest = 65535
  /// The most axes that NumPy allows.
  static let mostAxes = 64
  /// The most bytes before the data.
  static let longestWhole = longest + 12

  /// Whether the data is what a tensor holds, byte for byte.
  public var isPlain: Bool { !isBigEndian && !isFortranOrder }

  /// Reads the header at the start of `span`, which may end before the data does.
  public init(_ span: RawSpan) throws(NpyError) {
    let text = try NpyHeader.text(span)
    var parser = NpyHeaderParser(Array(copying: span.extracting(text)), offset: text.lowerBound)
    let entries = try parser.parse()
    let code = try NpyElementCode(entries.descr)
    elementType = code.elementType
    isBigEndian = code.isBigEndian
    byteCount = text.upperBound
    do throws(TensorError) {
      shape = try Shape(entries.shape)
      dataByteCount = try elementType.byteCount(shape.count) ?? 0
    } catch {
      throw .sizeOverflow(entries.shape)
    }
    // A vector is the same in either order.
    isFortranOrder = entries.isFortranOrder && shape.rank > 1
  }

  /// Where the dictionary stands.
  private static func text(_ span: RawSpan) throws(NpyError) -> Range<Int> {
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    let found = Array(copying: span.extracting(first: magic.count))
    guard found == magic else { throw .magic(found: found) }
    guard span.byteCount >= 10 else { throw .truncated(expected: 10, found: span.byteCount) }
    let major = Int(span.loadLittleEndian(UInt8.self, at: 6))
    let minor = Int(span.loadLittleEndian(UInt8.self, at: 7))
    guard (1...3).contains(major), minor == 0 else { throw .version(major: major, minor: minor) }
    if major == 1 {
      let count = Int(span.loadLittleEndian(UInt16.self, at: 8))
      return try range(from: 10, count: count, span.byteCount)
    }
    guard span.byteCount >= 12 else { throw .truncated(expected: 12, found: span.byteCount) }
    let count = Int(span.loadLittleEndian(UInt32.self, at: 8))
    return try range(from: 12, count: count, span.byteCount)
  }

  private static func range(
    from start: Int, count: Int, _ available: Int
  ) throws(NpyError) -> Range<Int> {
    guard count <= longest else { throw .headerLength(count) }
    guard count <= available - start else {
      throw .truncated(expected: start + count, found: available)
    }
    return start..<(start + count)
  }
}

/// NumPy's code for an element type: byte order, kind, bytes.
struct NpyElementCode {
  let elementType: ElementType
  let isBigEndian: Bool

  private static let names: [(code: String, type: ElementType)] = [
    ("b1", .bool), ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8),
    ("u2", .uint16), ("u4", .uint32), ("u8", .uint64), ("f2", .float16), ("f4", .float32),
    ("f8", .float64), ("c8", .complex64), ("c16", .complex128), ("V2", .bfloat16),
  ]

  /// Reads a code such as `<f4`.
  init(_ text: String) throws(NpyError) {
    let code = text.dropFirst()
    guard let type = Self.names.first(where: { $0.code == code })?.type else {
      throw .elementType(text)
    }
    let hasOrder = type != .bfloat16 && type.byteWidth != 1
    switch text.first {
    case "<": isBigEndian = false
    case ">": isBigEndian = hasOrder
    case "|" where !hasOrder: isBigEndian = false
    default: throw .elementType(text)
    }
    elementType = type
  }

  /// The code that NumPy gives a type; `nil` if it has none.
  ///
  /// bfloat16 is two bytes without meaning.
  static func text(_ type: ElementType) -> String? {
    guard let code = names.first(where: { $0.type == type })?.code else { return nil }
    return (type == .bfloat16 || type.byteWidth == 1 ? "|" : "<") + code
  }
}
