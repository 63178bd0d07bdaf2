/// The type of a tensor's elements; raw values are the numbers ONNX gives them.
public enum ElementType: UInt8, Sendable, CaseIterable, Hashable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case string = 8
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case complex64 = 14
  case complex128 = 15
  case bfloat16 = 16
  case float8E4M3FN = 17
  case float8E4M3FNUZ = 18
  case float8E5M2 = 19
  case float8E5M2FNUZ = 20
  case uint4 = 21
  case int4 = 22
  case float4E2M1 = 23
  case float8E8M0 = 24
  case uint2 = 25
  case int2 = 26
  case float6E2M3 = 27
  case float6E3M2 = 28

  /// The type's name in lower case, as reports print it: `float32`, `int4`, `float8e4m3fn`.
  public var name: String { "\(self)".lowercased() }

  /// Bits of one element, packed without gaps; `nil` for strings, whose elements differ in length.
  public var bitWidth: Int? {
    switch self {
    case .string: nil
    case .int2, .uint2: 2
    case .int4, .uint4, .float4E2M1: 4
    case .float6E2M3, .float6E3M2: 6
    case .uint8, .int8, .bool, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ,
      .float8E8M0:
      8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .int64, .uint64, .float64, .complex64: 64
    case .complex128: 128
    }
  }

  /// Whether the elements are real floating-point numbers; only these count as parameters.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float16, .float64, .bfloat16, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2,
      .float8E5M2FNUZ, .float8E8M0, .float4E2M1, .float6E2M3, .float6E3M2:
      true
    default: false
    }
  }

  /// Whole bytes of one element; `nil` for strings and for elements smaller than a byte.
  public var byteWidth: Int? {
    guard let bitWidth, bitWidth % 8 == 0 else { return nil }
    return bitWidth / 8
  }

  /// The bytes that `count` packed elements take, rounded up; `nil` for strings.
  public func byteCount(_ count: Int) throws(TensorError) -> Int? {
    guard let bitWidth else { return nil }
    let (bits, overflow) = count.multipliedReportingOverflow(by: bitWidth)
    guard !overflow, count >= 0, bits <= Int.max - 7 else { throw .sizeOverflow([count]) }
    return (bits + 7) / 8
  }
}
