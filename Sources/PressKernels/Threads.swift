internal import CPressKernels

/// A team of threads for one engine; it sleeps when it has had nothing to do for a moment.
@safe
struct Threads: ~Copyable {
  let team: OpaquePointer?

  /// A team of `count` threads, the caller's included; only the caller if there can't be more.
  init(count: Int) {
    unsafe team = count > 1 ? unsafe press_threads_create(count) : nil
  }

  deinit { unsafe press_threads_destroy(team) }
}
