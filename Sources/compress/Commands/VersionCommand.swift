import ArgumentParser
import Press

/// `compress version`: what `--version` prints, also as JSON.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version.")

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() {
    Console.print(
      json
        ? JSON.object(["name": .string("Press"), "version": .string(Tool.version)]).text
        : Tool.name)
  }
}
