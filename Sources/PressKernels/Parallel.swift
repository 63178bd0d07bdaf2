internal import CPressKernels

/// Work that falls into independent items.
public enum Parallel {
  /// What `body` makes of each of 0..<count, in their order, on up to so many threads.
  ///
  /// Every item is worked out whatever becomes of the others; then the error of the first that failed
  /// is thrown. Not to be called from within `body`: items do not nest.
  public static func map<Output: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Output
  ) throws -> [Output] {
    guard threads > 1, count > 1 else { return try (0..<count).map(body) }
    let team = Threads(count: min(threads, count))
    let results = withoutActuallyEscaping(body) { body in
      let items = Items(count: count) { index in Result { try body(index) } }
      items.run(on: team)
      return items.taken()
    }
    return try results.map { try $0.get() }
  }

  /// Calls `body` for each of 0..<count, on up to so many threads.
  public static func forEach(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void
  ) throws {
    _ = try map(count, threads: threads) { index in try body(index) }
  }
}

/// Items of work and the places of their results.
///
/// Safe as long as each item is done once, by one thread, and nobody looks before all are.
@safe
private final class Items<Output: Sendable>: @unchecked Sendable {
  private let body: @Sendable (Int) -> Result<Output, any Error>
  private let results: UnsafeMutableBufferPointer<Result<Output, any Error>?>

  init(count: Int, _ body: @escaping @Sendable (Int) -> Result<Output, any Error>) {
    self.body = body
    unsafe results = .allocate(capacity: count)
    unsafe results.initialize(repeating: nil)
  }

  deinit {
    unsafe results.deinitialize()
    unsafe results.deallocate()
  }

  func run(on team: borrowing Threads) {
    let task: Task = { index in unsafe self.results[index] = self.body(index) }
    unsafe withUnsafePointer(to: task) { pointer in
      unsafe press_parallel_for(
        team.team, results.count,
        { context, index in
          guard let context = unsafe context else { return }
          unsafe context.assumingMemoryBound(to: Task.self).pointee(index)
        }, pointer)
    }
  }

  func taken() -> [Result<Output, any Error>] { unsafe results.compactMap { $0 } }
}

private typealias Task = (Int) -> Void
