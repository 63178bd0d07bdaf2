import CPressKernels

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
    var span = unsafe MutableSpan(_unsafeElements: elements)
    try fill(&span)
  }

  deinit { unsafe memory.deallocate() }

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
