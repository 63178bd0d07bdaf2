/// A range of an arena, in bytes.
///
/// Offsets are multiples of `Arena.alignment`.
public struct ArenaSlice: Hashable, Sendable {
  /// The first byte.
  public let offset: Int
  /// The number of bytes.
  public let byteCount: Int

  /// A range from its parts.
  public init(offset: Int, byteCount: Int) {
    self.offset = offset
    self.byteCount = byteCount
  }

  /// No bytes.
  public static var empty: ArenaSlice { ArenaSlice(offset: 0, byteCount: 0) }

  /// Whether two ranges have a byte in common.
  func overlaps(_ other: ArenaSlice) -> Bool {
    offset < other.offset + other.byteCount && other.offset < offset + byteCount
      && byteCount > 0 && other.byteCount > 0
  }
}

/// The memory that a network's intermediate values live in: one aligned block with one owner.
@safe
public struct Arena: ~Copyable {
  /// What offsets are multiples of.
  public static let alignment = 64

  private var memory: UnsafeMutableRawBufferPointer

  /// An arena without memory.
  public init() {
    unsafe memory = .allocate(byteCount: 0, alignment: Arena.alignment)
  }

  deinit { unsafe memory.deallocate() }

  /// The number of bytes.
  public var byteCount: Int { unsafe memory.count }

  /// Makes room for at least `byteCount` bytes.
  ///
  /// What was in the arena is gone when it grows.
  public mutating func reserve(_ byteCount: Int) {
    guard byteCount > self.byteCount else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(byteCount: byteCount, alignment: Arena.alignment)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// Copies bytes into a slice of the same size.
  public mutating func write(_ bytes: RawSpan, to slice: ArenaSlice) {
    precondition(bytes.byteCount == slice.byteCount, "a value fills its slice")
    let target = unsafe pointer(to: slice)
    unsafe bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      unsafe target.copyMemory(from: base, byteCount: source.count)
    }
  }

  /// The bytes of a slice.
  @_lifetime(borrow self)
  public func bytes(of slice: ArenaSlice) -> RawSpan {
    check(slice)
    let range = unsafe UnsafeRawBufferPointer(rebasing: memory[slice.range])
    return unsafe _overrideLifetime(RawSpan(_unsafeBytes: range), borrowing: self)
  }

  /// A copy of a slice's bytes.
  public func copy(of slice: ArenaSlice) -> [UInt8] {
    check(slice)
    return unsafe Array(UnsafeRawBufferPointer(rebasing: memory[slice.range]))
  }

  /// The first byte of a slice that lies inside the arena.
  func pointer(to slice: ArenaSlice) -> UnsafeMutableRawPointer {
    check(slice)
    guard let base = unsafe memory.baseAddress else { preconditionFailure("an arena has memory") }
    return unsafe base + slice.offset
  }

  private func check(_ slice: ArenaSlice) {
    precondition(
      slice.offset >= 0 && slice.byteCount >= 0 && slice.offset <= byteCount
        && slice.byteCount <= byteCount - slice.offset
        && slice.offset % Arena.alignment == 0, "a slice lies inside its arena")
  }
}

extension ArenaSlice {
  fileprivate var range: Range<Int> { offset..<(offset + byteCount) }
}
