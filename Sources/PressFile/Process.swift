/// The running program.
public enum Process {
  /// Ends the program without unwinding; unfinished files are removed.
  public static func exit(_ code: Int32) -> Never {
    Unfinished.shared.removeAll()
    fflush(nil)
    _exit(code)
  }

  /// Whether a variable of the environment is set and not empty.
  public static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Whether something stands under a path.
  public static func fileExists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }
}

/// Time for measuring how long something takes.
public enum Clock {
  /// Seconds since some moment in the past; never runs backwards.
  public static func seconds() -> Double { read(CLOCK_MONOTONIC) }

  /// Seconds that the calling thread has had a processor for.
  public static func threadSeconds() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Ends the program in order when the user or the system asks it to stop.
public enum Interruption {
  /// From now on SIGINT and SIGTERM remove unfinished files and exit with code 7.
  public static func watch() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    unsafe pthread_create(
      &thread, nil,
      { _ in
        Interruption.waitForSignal()
        return nil
      }, nil)
    pthread_detach(thread)
  }

  private static func waitForSignal() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    var signal: Int32 = 0
    unsafe sigwait(&signals, &signal)
    Unfinished.shared.removeAll()
    _exit(7)
  }
}
