import PressFile
public import PressGraph
public import PressReports
public import PressTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What an interrupted pipeline has done so far: beside its target stand the model after the last
/// pass that ended, and a page about it.
///
/// The page names the model's file, and takes the place of the earlier page in one step: whenever the
/// program ends, the page and the file that it names are whole.
public struct Journal: Sendable {
  /// What a run was asked for; another run goes on only if it is asked for the same.
  public struct Order: Sendable, Hashable, Codable {
    /// The tool and its version.
    public var tool: String
    /// The resolved recipe, with its seed.
    public var recipe: String
    /// The SHA-256 of the source, in hexadecimal digits.
    public var source: String

    /// An order from its parts.
    public init(tool: String, recipe: String, source: String) {
      self.tool = tool
      self.recipe = recipe
      self.source = source
    }
  }

  /// What stands on the page.
  private struct Page: Codable {
    var order: Order
    var reports: [PassReport]
  }

  /// What can be wrong with a journal.
  public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is one, and nobody said to go on.
    case exists(path: String)
    /// It belongs to another run.
    case otherRun(path: String, what: String)
    /// It can't be read.
    case malformed(path: String)

    /// One line: what, expected, found.
    public var description: String {
      switch self {
      case .exists(let path):
        "an earlier run was interrupted, expected --resume to go on or --force to start over, "
          + "found \(path)"
      case .otherRun(let path, let what):
        "can't resume, expected the \(what) of the interrupted run, found another "
          + "(\(path); --force without --resume starts over)"
      case .malformed(let path):
        "malformed journal, expected one that apply wrote, found \(path)"
      }
    }
  }

  private let target: String
  /// The path of the page.
  public var path: String { "\(target).journal.json" }

  /// The journal of a run that writes `target`.
  public init(target: String) {
    self.target = target
  }

  /// Whether there is one.
  public var exists: Bool { Process.fileExists(path) }

  /// The model after so many passes stands here.
  private func modelPath(_ count: Int) -> String { "\(target).journal-\(count).bin" }

  /// The reports on the passes that are done, and the model after them; `nil` without a journal.
  ///
  /// - Throws: `Problem`, or what reading the model throws.
  public func resume(
    _ order: Order, limits: ReadLimits
  ) throws -> (reports: [PassReport], file: ModelFile)? {
    guard exists else { return nil }
    let text = try MappedFile(path: path).withBytes { Array(copying: $0) }
    guard let page = try? JSONDecoder().decode(Page.self, from: Data(text)), !page.reports.isEmpty
    else { throw Problem.malformed(path: path) }
    for (what, isSame) in [
      ("tool", page.order.tool == order.tool), ("recipe", page.order.recipe == order.recipe),
      ("source", page.order.source == order.source),
    ] where !isSame {
      throw Problem.otherRun(path: path, what: what)
    }
    return (page.reports, try ModelFile(path: modelPath(page.reports.count), limits: limits))
  }

  /// Writes the model after a pass and returns its path; it counts only once `record` has named it.
  public func write(
    _ model: Model, after count: Int, progress: (Int, Int) -> Void
  ) throws -> String {
    let path = modelPath(count)
    try ModelWriter(path: path, opset: nil)
      .write(model, mayReplace: true, progress: progress)
    return path
  }

  /// Says that the passes of some reports are done.
  public func record(_ reports: [PassReport], _ order: Order) throws {
    let bytes = try JSONEncoder().encode(Page(order: order, reports: reports))
    var file = try AtomicFile(path: path, mayReplace: true)
    try file.write(Array(bytes))
    try file.commit()
    try FileSystem.remove(modelPath(reports.count - 1))
  }

  /// Removes the page and every model of a run of so many passes.
  public func remove(passes: Int) throws {
    try FileSystem.remove(path)
    for count in 0...passes { try FileSystem.remove(modelPath(count)) }
  }
}
