import PressTensor

/// The data of one input: an array and how a part of it becomes a tensor.
struct DatasetInput: Sendable {
  let name: String
  /// The number of examples; `nil` for a scalar, which is the same for all.
  let exampleCount: Int?
  private let array: Tensor
  private let elementType: ElementType
  /// The shape of one example, channel axis included.
  private let exampleShape: [Int]
  private let conversion: Conversion

  private enum Conversion {
    case none
    /// Bits of the result for each byte; one table, or one for each channel.
    case table([[UInt64]])
    /// float32 in and out.
    case normalize([(mean: Float, deviation: Float)])
  }

  /// Whether the network takes floats here.
  var isFloat: Bool { elementType.isFloatingPoint }

  /// Checks an array against an input.
  init(
    _ declared: DeclaredInput, _ array: Tensor, _ normalization: Normalization
  ) throws(DatasetError) {
    name = declared.name
    self.array = array
    if declared.dimensions?.isEmpty == true || array.shape.rank == 0 {
      guard declared.accepts(array.shape.dimensions[...]) else {
        throw declared.mismatch(array.shape)
      }
      exampleCount = nil
      exampleShape = []
    } else {
      exampleCount = array.shape.dimensions[0]
      exampleShape = try Self.exampleShape(declared, array.shape)
    }
    elementType =
      declared.elementType ?? (array.elementType == .uint8 ? .float32 : array.elementType)
    conversion = try Self.conversion(
      from: array.elementType, to: elementType, normalization, input: name,
      channels: exampleShape.first ?? 1)
  }

  /// The shape behind the first axis; where only the channel axis is missing, with it.
  private static func exampleShape(
    _ declared: DeclaredInput, _ shape: Shape
  ) throws(DatasetError) -> [Int] {
    let sizes = shape.dimensions.dropFirst()
    if declared.accepts(sizes, from: 1) { return Array(sizes) }
    let withChannel = [1] + sizes
    guard declared.accepts(withChannel[...], from: 1) else { throw declared.mismatch(shape) }
    return withChannel
  }

  private static func conversion(
    from source: ElementType, to target: ElementType, _ normalization: Normalization,
    input: String, channels: Int
  ) throws(DatasetError) -> Conversion {
    if source == .uint8, target.isFloatingPoint {
      var tables: [[UInt64]] = []
      for pair in try normalization.pairs(channels: channels) {
        tables.append(
          try (0..<256).map { (byte) throws(DatasetError) in
            let value = (Float(byte) / 255 - pair.mean) / pair.deviation
            guard let bits = value.bits(as: target) else {
              throw .elementType(input: input, expected: target.name, found: source)
            }
            return bits
          })
      }
      return .table(tables)
    }
    if source == target {
      guard source.isFloatingPoint, !normalization.isIdentity else { return .none }
      guard source == .float32 else {
        throw .elementType(input: input, expected: "float32 or uint8 to normalize", found: source)
      }
      return .normalize(try normalization.pairs(channels: channels))
    }
    switch (source, target) {
    case (.uint8, .bool):
      return .table([(0..<256).map { $0 == 0 ? 0 : 1 }])
    case (.uint8, .int8), (.uint8, .int16), (.uint8, .uint16), (.uint8, .int32), (.uint8, .uint32),
      (.uint8, .int64), (.uint8, .uint64):
      return .table([(0..<256).map { UInt64($0) }])
    default:
      throw .elementType(input: input, expected: target.name, found: source)
    }
  }

  /// Some examples as the network takes them, the last one repeated up to `count` of them.
  func batch(_ range: Range<Int>, count: Int) throws(TensorError) -> Tensor {
    guard exampleCount != nil else {
      return try Tensor(
        elementType: elementType, shape: array.shape,
        storage: try converted(0..<array.shape.count, channelSize: 1))
    }
    let size = try Shape(exampleShape).count
    let elements = (range.lowerBound * size)..<(range.upperBound * size)
    var channelSize = 1
    for dimension in exampleShape.dropFirst() { channelSize *= dimension }
    var storage = try converted(elements, channelSize: channelSize)
    if count > range.count, size > 0 {
      let bytes = storage.copied()
      let last = bytes.suffix(bytes.count / range.count)
      storage = Storage(bytes + Array(repeatElement(last, count: count - range.count).joined()))
    }
    return try Tensor(
      elementType: elementType, shape: Shape([count] + exampleShape), storage: storage)
  }

  private func converted(
    _ elements: Range<Int>, channelSize: Int
  ) throws(TensorError) -> Storage {
    let width = array.elementType.byteWidth ?? 1
    let part = try array.storage.slice(
      (elements.lowerBound * width)..<(elements.upperBound * width))
    let channelSize = max(channelSize, 1)
    switch conversion {
    case .none: return part
    case .table(let tables):
      let bytes = elementType.byteWidth ?? 1
      return part.withBytes { span in
        Storage(
          [UInt8](capacity: elements.count * bytes) { output in
            for index in 0..<elements.count {
              let channel = index / channelSize % tables.count
              var bits = tables[channel][Int(span.loadLittleEndian(UInt8.self, at: index))]
              for _ in 0..<bytes {
                output.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
              }
            }
          })
      }
    case .normalize(let pairs):
      var result: [UInt8] = []
      result.reserveCapacity(part.byteCount)
      part.withBytes { span in
        for index in 0..<elements.count {
          let pair = pairs[index / channelSize % pairs.count]
          let value = Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * index))
          result.appendLittleEndian(((value - pair.mean) / pair.deviation).bitPattern)
        }
      }
      return Storage(result)
    }
  }
}
