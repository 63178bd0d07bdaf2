import PressONNXSchema
import PressTensor

/// The tensor that some data is meant for.
struct TensorTarget {
  let type: ElementType
  /// The number of elements.
  let count: Int
  let name: String
}

/// The places where a TensorProto may have its data.
enum TensorField: String, CaseIterable {
  case raw = "raw_data"
  case floats = "float_data"
  case doubles = "double_data"
  case int32s = "int32_data"
  case int64s = "int64_data"
  case uint64s = "uint64_data"
  case strings = "string_data"
  case external = "external_data"

  /// The places where a tensor does have data.
  static func present(in tensor: Onnx_TensorProto, _ kept: TensorBytes) -> [TensorField] {
    allCases.filter { field in
      switch field {
      case .raw: kept.raw != nil
      case .floats: !kept.floats.isEmpty || !tensor.floatData.isEmpty
      case .doubles: !kept.doubles.isEmpty || !tensor.doubleData.isEmpty
      case .int32s: !tensor.int32Data.isEmpty
      case .int64s: !tensor.int64Data.isEmpty
      case .uint64s: !tensor.uint64Data.isEmpty
      case .strings: !tensor.stringData.isEmpty
      case .external: tensor.dataLocation == .external
      }
    }
  }

  /// Whether elements of a type may lie here.
  func holds(_ type: ElementType) -> Bool {
    switch self {
    case .raw, .external: type != .string
    case .floats: type == .float32 || type == .complex64
    case .doubles: type == .float64 || type == .complex128
    case .int64s: type == .int64
    case .uint64s: type == .uint64 || type == .uint32
    case .strings: type == .string
    case .int32s:
      switch type {
      case .float32, .float64, .complex64, .complex128, .int64, .uint64, .uint32, .string: false
      default: true
      }
    }
  }

  /// The data as packed elements; for every place but strings and other files.
  func storage(
    _ tensor: Onnx_TensorProto, _ kept: TensorBytes, _ source: any ByteSource,
    _ target: TensorTarget
  ) throws(ONNXError) -> Storage {
    switch self {
    case .raw: return try joined([kept.raw ?? 0..<0], [UInt8](), source, target)
    case .floats: return try joined(kept.floats, tensor.floatData.map(\.bitPattern), source, target)
    case .doubles:
      return try joined(kept.doubles, tensor.doubleData.map(\.bitPattern), source, target)
    case .int32s: return Storage(try packed(tensor.int32Data, target))
    case .int64s:
      try checkCount(tensor.int64Data.count, of: target)
      return Storage(tensor.int64Data.littleEndianBytes)
    case .uint64s: return Storage(try unsigned(tensor.uint64Data, target))
    case .strings, .external: return .empty
    }
  }

  private func checkCount(_ found: Int, of target: TensorTarget) throws(ONNXError) {
    guard found == target.count else {
      throw .elementCount(
        field: rawValue, expected: target.count, found: found, tensor: target.name)
    }
  }

  /// Parts of the source one after the other; a single part is not copied.
  private func joined(
    _ ranges: [Range<Int>], _ loose: [some FixedWidthInteger], _ source: any ByteSource,
    _ target: TensorTarget
  ) throws(ONNXError) -> Storage {
    if ranges.isEmpty { return Storage(loose.littleEndianBytes) }
    guard loose.isEmpty else {
      throw .ambiguousData(fields: [rawValue, "unpacked \(rawValue)"], tensor: target.name)
    }
    do {
      if ranges.count == 1 { return try Storage(source, range: ranges[0]) }
    } catch {
      throw .tensor(error, tensor: target.name)
    }
    return Storage(
      source.withBytes { span in ranges.flatMap { [UInt8](copying: span.extracting($0)) } })
  }

  private func unsigned(
    _ values: [UInt64], _ target: TensorTarget
  ) throws(ONNXError) -> [UInt8] {
    try checkCount(values.count, of: target)
    guard target.type == .uint32 else { return values.littleEndianBytes }
    var narrow: [UInt32] = []
    narrow.reserveCapacity(values.count)
    for value in values {
      guard let value = UInt32(exactly: value) else {
        throw .elementRange(
          Int(clamping: value), type: target.type, tensor: target.name)
      }
      narrow.append(value)
    }
    return narrow.littleEndianBytes
  }

  /// `int32_data`: one entry for each element, except that those of four and two bits share a byte.
  private func packed(_ values: [Int32], _ target: TensorTarget) throws(ONNXError) -> [UInt8] {
    let width = target.type.bitWidth ?? 8
    let entryBits = width == 6 ? 6 : max(width, 8)
    let perEntry = max(entryBits / width, 1)
    guard values.count == (target.count / perEntry) + (target.count % perEntry == 0 ? 0 : 1) else {
      throw .elementCount(
        field: rawValue, expected: (target.count + perEntry - 1) / perEntry, found: values.count,
        tensor: target.name)
    }
    let lowest = entryBits == 6 ? 0 : -(1 << (entryBits - 1))
    var writer = BitAppender(capacity: values.count * 4)
    for value in values {
      guard Int(value) >= lowest, Int(value) < 1 << entryBits else {
        throw .elementRange(Int(value), type: target.type, tensor: target.name)
      }
      writer.append(UInt32(bitPattern: value), bits: entryBits)
    }
    return writer.finished()
  }
}

/// Joins numbers of few bits without gaps, the lowest bit first.
private struct BitAppender {
  private var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingBits = 0

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// Appends the lowest `bits` bits of a value, at most 32.
  mutating func append(_ value: UInt32, bits: Int) {
    pending |= (UInt64(value) & ((1 << UInt64(bits)) - 1)) << UInt64(pendingBits)
    pendingBits += bits
    while pendingBits >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
  }

  /// The bytes, the last one filled with zeros.
  func finished() -> [UInt8] {
    pendingBits > 0 ? bytes + [UInt8(truncatingIfNeeded: pending)] : bytes
  }
}

extension Array where Element: FixedWidthInteger {
  /// The integers' bytes, lowest first.
  var littleEndianBytes: [UInt8] {
    let width = Element.bitWidth / 8
    return [UInt8](capacity: count * width) { output in
      for value in self {
        for place in 0..<width {
          output.append(UInt8(truncatingIfNeeded: value &>> Element(8 * place)))
        }
      }
    }
  }
}
