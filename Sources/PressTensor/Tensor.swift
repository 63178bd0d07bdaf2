/// A dense array with its type and shape: what goes into a network and what comes out.
public struct Tensor: Sendable {
  /// The type of the elements.
  public let elementType: ElementType
  /// The dimensions.
  public let shape: Shape
  /// Packed elements, row-major, little-endian.
  public let storage: Storage

  /// Checks that the bytes have the length that type and shape demand; strings may have any.
  public init(elementType: ElementType, shape: Shape, storage: Storage) throws(TensorError) {
    if let expected = try elementType.byteCount(shape.count), expected != storage.byteCount {
      throw .byteCount(expected: expected, found: storage.byteCount)
    }
    self.elementType = elementType
    self.shape = shape
    self.storage = storage
  }

  /// A float32 tensor.
  public init(_ floats: [Float], shape: Shape) throws(TensorError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(floats.count * 4)
    for float in floats { bytes.appendLittleEndian(float.bitPattern) }
    try self.init(elementType: .float32, shape: shape, storage: Storage(bytes))
  }

  /// The elements of a float32 tensor.
  public func floats() throws(TensorError) -> [Float] {
    guard elementType == .float32 else {
      throw .elementType(expected: "float32", found: elementType)
    }
    return storage.withBytes { span in
      [Float](capacity: shape.count) { output in
        for index in 0..<shape.count {
          output.append(Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * index)))
        }
      }
    }
  }
}
