import PressGraph
import PressYAML

/// What is wrong with a recipe, and where.
public struct RecipeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `file:line:column`, or the setting that is wrong.
  public let place: String
  /// What was expected and what was found.
  public let problem: String

  init(_ place: YAMLPlace, _ problem: String) {
    self.init(RecipeSetting.isSource(place.source) ? place.source : place.description, problem)
  }

  init(_ place: String, _ problem: String) {
    self.place = place
    self.problem = problem
  }

  init(_ error: YAMLError) {
    self.init(
      error.place.map { RecipeError($0, "").place } ?? error.source, error.problem)
  }

  /// A name that nobody knows, and the one it may stand for.
  init(unknown what: String, _ name: String, at place: YAMLPlace, known: [String]) {
    let nearest = known.nearest(to: name, count: 1).first.map { "'\($0)'" } ?? "none"
    self.init(place, "unknown \(what), expected \(nearest), found '\(name)'")
  }

  /// One line: where, what, expected, found.
  public var description: String { "\(place): \(problem)" }
}
