import Synchronization

/// The temporary files of this process that have no name of their own yet.
///
/// A program that ends on a signal removes them first.
public final class Unfinished: Sendable {
  /// The process's list.
  public static let shared = Unfinished()

  private let paths = Mutex<Set<String>>([])

  func insert(_ path: String) {
    paths.withLock { _ = $0.insert(path) }
  }

  func remove(_ path: String) {
    paths.withLock { _ = $0.remove(path) }
  }

  /// Removes every unfinished file.
  public func removeAll() {
    for path in paths.withLock({ $0 }) { unsafe unlink(path) }
  }
}
