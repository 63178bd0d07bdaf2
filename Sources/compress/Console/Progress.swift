import Press

/// A line on the terminal that says how far a long task is, from the second second on.
final class Progress {
  private let task: String
  private let isShown: Bool
  private let start = Clock.seconds()
  private var last = 0.0

  /// Progress of a task; shown only on a terminal and unless asked to be quiet.
  init(_ task: String, isQuiet: Bool) {
    self.task = task
    isShown = !isQuiet && StandardStream.error.isTerminal
  }

  /// Says that `done` of `total` units are done.
  func update(_ done: Int, of total: Int) {
    let now = Clock.seconds()
    guard isShown, now - start > 2, now - last > 0.1, done > 0, total > 0 else { return }
    last = now
    let rest = (now - start) / Double(done) * Double(total - done)
    let share = Format.percent(Double(done) / Double(total), 0)
    StandardStream.error.write(
      "\r\u{1B}[K\(task): \(share), about \(Format.decimal(rest, 0)) s left")
  }

  /// Clears the line.
  func finish() {
    if isShown, last > 0 { StandardStream.error.write("\r\u{1B}[K") }
  }
}
