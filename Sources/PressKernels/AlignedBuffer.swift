import CPressKernels
public import PressTensor

/// Constant elements in aligned memory, filled once and then shared.
///
/// Behind the last element there are zeros for one group of lanes, so that kernels may read whole
/// lanes.
@safe
public final class AlignedBuffer<Element: BitwiseCopyable & Sendable>: Sendable {
  /// The number of elements.
  public let count: Int
  // Nobody writes once the initializer is done.
  nonisolated(unsafe) private let memory: UnsafeMutableRawBufferPointer
  /// Whose memory it is, and from where on; `nil` for memory of its own.
  private let owner: (source: any ByteSource, offset: Int)?

  /// Memory for `count` elements, all bits zero, which `fill` may then set.
  public init<Failure: Error>(
    count: Int, fill: (inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(count >= 0, "a buffer has no negative length")
    let lanes = Int(PRESS_LANES) * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: count * MemoryLayout<Element>.stride + lanes, alignment: 64)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    self.count = count
    unsafe self.memory = memory
    owner = nil
    var span = unsafe MutableSpan(_unsafeElements: elements)
    try fill(&span)
  }

  /// The elements that lie in a mapped file, without a copy; `nil` where that can't be.
  ///
  /// The file must hold lanes behind the last element, which are then anything.
  public init?(borrowing storage: Storage) {
    let lanes = Int(PRESS_LANES) * MemoryLayout<Element>.stride
    guard let (source, range) = storage.mapped, range.upperBound <= source.byteCount - lanes
    else { return nil }
    let bytes = unsafe source.withBytes { span in
      unsafe span.extracting(range).withUnsafeBytes { bytes in
        unsafe UnsafeMutableRawBufferPointer(mutating: bytes)
      }
    }
    let address = Int(bitPattern: bytes.baseAddress)
    guard address % MemoryLayout<Element>.alignment == 0 else { return nil }
    count = range.count / MemoryLayout<Element>.stride
    unsafe memory = bytes
    owner = (source, range.lowerBound)
  }

  deinit {
    if owner == nil { unsafe memory.deallocate() }
  }

  /// Says that nobody will need some elements soon; only memory of a file is given back.
  public func release(_ elements: Range<Int>) {
    guard let owner else { return }
    let width = MemoryLayout<Element>.stride
    let first = owner.offset + elements.lowerBound * width
    owner.source.release(first..<(owner.offset + elements.upperBound * width))
  }

  /// The bytes that the elements take.
  public var byteCount: Int { count * MemoryLayout<Element>.stride }

  /// The elements.
  public var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(elements))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements as bytes.
  public var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get {
      let bytes = unsafe UnsafeRawBufferPointer(start: memory.baseAddress, count: byteCount)
      return unsafe _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
    }
  }

  /// Whether both buffers hold the same bits.
  public func hasSameBytes(as other: AlignedBuffer<Element>) -> Bool {
    guard byteCount == other.byteCount else { return false }
    let left = unsafe UnsafeRawBufferPointer(start: memory.baseAddress, count: byteCount)
    let right = unsafe UnsafeRawBufferPointer(start: other.memory.baseAddress, count: byteCount)
    return unsafe left.elementsEqual(right)
  }

  /// A copy of the elements.
  public func array() -> [Element] { unsafe Array(elements) }

  private var elements: UnsafeMutableBufferPointer<Element> {
    unsafe UnsafeMutableBufferPointer(
      start: memory.baseAddress?.assumingMemoryBound(to: Element.self), count: count)
  }

  /// The first element; never nil, since there is always room for lanes.
  var pointer: UnsafePointer<Element>? { unsafe UnsafePointer(elements.baseAddress) }
}

/// Constant floats.
public typealias FloatBuffer = AlignedBuffer<Float>

extension AlignedBuffer<UInt8> {
  /// A copy of a span's bytes.
  public convenience init(copying bytes: RawSpan) {
    self.init(count: bytes.byteCount) { span in
      unsafe span.withUnsafeMutableBytes { target in
        unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
      }
    }
  }
}

extension AlignedBuffer {
  /// The elements of an array.
  public convenience init(_ elements: [Element]) {
    self.init(count: elements.count) { span in
      for index in elements.indices { span[index] = elements[index] }
    }
  }
}
