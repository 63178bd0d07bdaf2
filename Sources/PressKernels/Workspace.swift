internal import CPressKernels

/// What layers run in: an arena, the kernels, and the threads that share the work.
///
/// Results are the same, bit for bit, for every number of threads.
@safe
public struct Workspace: ~Copyable {
  /// The memory of the values.
  public var arena = Arena()
  /// The kernels in use.
  public let kernels: KernelTable
  private let threads: Threads
  private let threadCount: Int
  /// Memory of each thread's own, one part behind the other.
  private var threadMemory = Arena()

  /// A workspace with a number of threads, the caller's included.
  public init(threads: Int = 1, kernels: KernelTable = .best) {
    self.kernels = kernels
    self.threads = Threads(count: threads)
    threadCount = max(threads, 1)
  }

  var team: press_team {
    var team = unsafe press_team()
    unsafe team.kernels = kernels.table
    unsafe team.threads = threads.team
    return unsafe team
  }

  /// The team, with `threadFloats` floats of scratch memory for each thread.
  ///
  /// That memory grows with the first layer that needs more, and stays.
  mutating func team(threadFloats: Int) -> press_team {
    guard threadFloats > 0 else { return unsafe team }
    let stride = (threadFloats + 63) / 64 * 64
    let (floats, overflow) = stride.multipliedReportingOverflow(by: threadCount)
    precondition(!overflow && floats < Int.max / 4, "a layer's scratch memory has a size")
    threadMemory.reserve(floats * 4)
    var team = unsafe self.team
    let all = ArenaSlice(offset: 0, byteCount: floats * 4)
    unsafe team.thread_scratch = threadMemory.pointer(to: all)
      .assumingMemoryBound(to: Float.self)
    unsafe team.thread_floats = stride
    return unsafe team
  }
}

/// Where a layer finds an input: in the arena, or among the plan's constants.
///
/// Constants of other types than float32 come as bytes.
public enum Operand: Sendable {
  case slice(ArenaSlice)
  case constant(FloatBuffer)
  /// The bytes of elements of any type.
  case bytes(AlignedBuffer<UInt8>)

  /// The number of bytes.
  public var byteCount: Int {
    switch self {
    case .slice(let slice): slice.byteCount
    case .constant(let buffer): buffer.byteCount
    case .bytes(let buffer): buffer.byteCount
    }
  }

  /// The number of floats.
  var floatCount: Int { byteCount / 4 }
}

extension Workspace {
  /// An operand's floats, of which there must be `count`.
  func input(_ operand: Operand, count: Int) -> UnsafePointer<Float>? {
    unsafe elements(operand, count: count, width: 4)?.assumingMemoryBound(to: Float.self)
  }

  /// An operand's elements of `width` bytes, of which there must be `count`.
  func elements(_ operand: Operand, count: Int, width: Int) -> UnsafeRawPointer? {
    precondition(
      operand.byteCount == count * width, "an operand has the size that its layer expects")
    return unsafe pointer(to: operand)
  }

  /// An operand's first byte.
  func pointer(to operand: Operand) -> UnsafeRawPointer? {
    switch operand {
    case .slice(let slice): unsafe UnsafeRawPointer(arena.pointer(to: slice))
    case .constant(let buffer): unsafe UnsafeRawPointer(buffer.pointer)
    case .bytes(let buffer): unsafe UnsafeRawPointer(buffer.pointer)
    }
  }

  /// The floats of a slice, of which there must be `count`.
  func output(_ slice: ArenaSlice, count: Int) -> UnsafeMutablePointer<Float> {
    unsafe elements(slice, count: count, width: 4).assumingMemoryBound(to: Float.self)
  }

  /// The elements of `width` bytes of a slice, of which there must be `count`.
  func elements(_ slice: ArenaSlice, count: Int, width: Int) -> UnsafeMutableRawPointer {
    precondition(
      slice.byteCount == count * width, "an output has the size that its layer expects")
    return unsafe arena.pointer(to: slice)
  }

  /// Scratch memory for at least `count` floats.
  func scratch(_ slice: ArenaSlice, count: Int) -> UnsafeMutablePointer<Float> {
    precondition(slice.byteCount / 4 >= count, "a layer gets the scratch memory it asked for")
    return unsafe arena.pointer(to: slice).assumingMemoryBound(to: Float.self)
  }

  /// Checks that a layer does not write where it reads.
  func checkApart(_ slice: ArenaSlice, _ operand: Operand) {
    guard case .slice(let other) = operand else { return }
    precondition(!slice.overlaps(other), "a layer does not write where it reads")
  }

  /// Checks that a layer writes where it reads all of its operand, or apart from it.
  func checkSameOrApart(_ slice: ArenaSlice, _ operand: Operand) {
    if case .slice(slice) = operand { return }
    checkApart(slice, operand)
  }
}
