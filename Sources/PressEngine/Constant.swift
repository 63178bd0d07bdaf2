internal import PressKernels
internal import PressTensor

/// A tensor whose elements are known before a run: from the model, or worked out from shapes.
struct Constant: Sendable, Equatable {
  /// The type of the elements.
  let elementType: ElementType
  /// The shape.
  let shape: Shape
  /// The elements, row-major and little-endian; strings as `Storage` packs them.
  let bytes: AlignedBuffer<UInt8>

  init(_ elementType: ElementType, _ shape: Shape, _ bytes: AlignedBuffer<UInt8>) {
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }

  /// Elements from anywhere.
  init(_ elementType: ElementType, _ shape: Shape, copying storage: Storage) {
    let bytes = storage.withBytes { AlignedBuffer<UInt8>(copying: $0) }
    self.init(elementType, shape, bytes)
  }

  /// Elements that stay in a file where they are many.
  init(_ elementType: ElementType, _ shape: Shape, loading storage: Storage) {
    let isAligned = (storage.mapped?.range.lowerBound ?? 1) % Arena.alignment == 0
    if isAligned, storage.byteCount >= 1 << 20, let bytes = AlignedBuffer<UInt8>(borrowing: storage)
    {
      bytes.release(0..<bytes.count)
      self.init(elementType, shape, bytes)
    } else {
      self.init(elementType, shape, copying: storage)
      storage.release()
    }
  }

  /// A vector of 64-bit integers.
  init(integers: [Int]) {
    self.init(integers, Shape(vectorOf: integers.count))
  }

  /// 64-bit integers of a shape.
  init(_ integers: [Int], _ shape: Shape) {
    var bytes: [UInt8] = []
    for integer in integers { bytes.appendLittleEndian(Int64(integer)) }
    self.init(.int64, shape, AlignedBuffer(bytes))
  }

  /// The same elements under another shape of as many elements.
  func reshaped(_ shape: Shape) -> Constant { Constant(elementType, shape, bytes) }

  var form: ValueForm { ValueForm(elementType, shape) }

  /// Whether both hold the same bits.
  static func == (left: Constant, right: Constant) -> Bool {
    left.form == right.form && left.bytes.hasSameBytes(as: right.bytes)
  }

  /// The elements of an integer or boolean tensor; `nil` for other types and numbers that don't fit.
  var integers: [Int]? {
    let bytes = bytes
    return elementType.integers(in: bytes.rawSpan, count: shape.count)
  }

  /// The elements of a float32, float64, float16 or bfloat16 tensor as float32; `nil` for others.
  var floats: FloatBuffer? {
    let bytes = bytes
    return FloatBuffer(converting: bytes.rawSpan, from: elementType, count: shape.count)
  }
}
