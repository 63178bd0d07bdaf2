import PressTensor

extension Npy {
  /// The array in a stream; plain data of a mapped stream is not copied.
  static func tensor(_ storage: Storage, limits: ReadLimits) throws(NpyError) -> Tensor {
    let header = try storage.withBytes { (span) throws(NpyError) in try NpyHeader(span) }
    try check(header, whole: storage.byteCount)
    guard header.isPlain else {
      try check(header, limits)
      return try tensor(header, Storage(storage.withBytes { rearranged($0, header) }))
    }
    let data: Storage
    do throws(TensorError) {
      data = try storage.slice(header.byteCount..<storage.byteCount)
    } catch {
      throw .byteCount(expected: header.dataByteCount, found: 0)
    }
    return try tensor(header, data)
  }

  /// The array in memory, whose bytes become the tensor's.
  static func tensor(
    consuming bytes: consuming [UInt8], limits: ReadLimits
  ) throws(NpyError) -> Tensor {
    let header = try NpyHeader(bytes.rawSpan)
    try check(header, whole: bytes.count)
    guard header.isPlain else {
      try check(header, limits)
      return try tensor(header, Storage(rearranged(bytes.rawSpan, header)))
    }
    bytes.removeFirst(header.byteCount)
    return try tensor(header, Storage(bytes))
  }

  /// Checks that the data is all that follows the header.
  static func check(_ header: NpyHeader, whole byteCount: Int) throws(NpyError) {
    guard byteCount - header.byteCount == header.dataByteCount else {
      throw .byteCount(expected: header.dataByteCount, found: byteCount - header.byteCount)
    }
  }

  private static func check(_ header: NpyHeader, _ limits: ReadLimits) throws(NpyError) {
    guard header.dataByteCount <= limits.maximumBytes else {
      throw .memoryLimit(needed: header.dataByteCount, limit: limits.maximumBytes)
    }
  }

  private static func tensor(_ header: NpyHeader, _ data: Storage) throws(NpyError) -> Tensor {
    do throws(TensorError) {
      return try Tensor(elementType: header.elementType, shape: header.shape, storage: data)
    } catch {
      throw .byteCount(expected: header.dataByteCount, found: data.byteCount)
    }
  }

  /// The data in C order and little-endian.
  private static func rearranged(_ span: RawSpan, _ header: NpyHeader) -> [UInt8] {
    let width = header.elementType.byteWidth ?? 1
    var walk = ElementWalk(header)
    return [UInt8](capacity: header.dataByteCount) { output in
      for _ in 0..<header.shape.count {
        let start = header.byteCount + walk.position * width
        for byte in 0..<width {
          output.append(span.loadLittleEndian(UInt8.self, at: start + (byte ^ walk.swap)))
        }
        walk.advance()
      }
    }
  }
}

/// The places of an array's elements in the file, visited in C order.
private struct ElementWalk {
  /// The place of the current element.
  private(set) var position = 0
  /// What turns the number of a byte within its number around: widths are powers of two.
  let swap: Int
  private let dimensions: [Int]
  private let strides: [Int]
  private var index: [Int]

  init(_ header: NpyHeader) {
    dimensions = header.shape.dimensions
    index = dimensions.map { _ in 0 }
    var strides = dimensions
    var stride = 1
    let axes = Array(dimensions.indices)
    for axis in header.isFortranOrder ? axes : axes.reversed() {
      strides[axis] = stride
      stride *= max(dimensions[axis], 1)
    }
    self.strides = strides
    let width = header.elementType.byteWidth ?? 1
    let isComplex = header.elementType == .complex64 || header.elementType == .complex128
    swap = header.isBigEndian ? (isComplex ? width / 2 : width) - 1 : 0
  }

  mutating func advance() {
    for axis in dimensions.indices.reversed() {
      index[axis] += 1
      position += strides[axis]
      if index[axis] < dimensions[axis] { return }
      position -= strides[axis] * index[axis]
      index[axis] = 0
    }
  }
}
