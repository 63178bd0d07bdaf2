import ArgumentParser
import Press

/// `compress manual`: the man page, made from the same text as `--help`.
struct ManualPage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page (mdoc).", shouldDisplay: false)

  func run() {
    let help = JSON(text: Compress._dumpHelp())
    var lines = [".Dd 2026", ".Dt COMPRESS 1", ".Os", ".Sh NAME", ".Nm compress"]
    let root = help["command"]
    lines += [".Nd \(root["abstract"].text(or: ""))", ".Sh DESCRIPTION"]
    lines += Self.paragraphs(root["discussion"])
    lines.append(".Sh COMMANDS")
    for command in root["subcommands"].elements where command["commandName"] != .string("help") {
      lines += Self.section(command)
    }
    for line in lines { Console.print(line) }
  }

  private static func section(_ command: JSON) -> [String] {
    guard command["shouldDisplay"] != .bool(false) else { return [] }
    var lines = [".Ss compress \(command["commandName"].text(or: ""))"]
    lines += paragraphs(command["abstract"]) + paragraphs(command["discussion"])
    lines.append(".Bl -tag -width indent")
    for argument in command["arguments"].elements where argument["shouldDisplay"] != .bool(false) {
      lines.append(".It \(label(argument))")
      lines += paragraphs(argument["abstract"])
    }
    return lines + [".El"]
  }

  /// `--scope value`, or the name of a positional argument.
  private static func label(_ argument: JSON) -> String {
    let value = argument["valueName"].text(or: "value")
    guard argument["kind"] != .string("positional") else { return "<\(value)>" }
    let names = argument["names"].elements.map { name in
      (name["kind"] == .string("short") ? "\\-" : "\\-\\-") + name["name"].text(or: "")
    }
    let suffix = argument["kind"] == .string("option") ? " <\(value)>" : ""
    return names.joined(separator: ", ") + suffix
  }

  /// Lines of text; indented ones are shown as they are.
  private static func paragraphs(_ text: JSON) -> [String] {
    var lines: [String] = []
    var isLiteral = false
    for line in text.text(or: "").split(separator: "\n", omittingEmptySubsequences: false) {
      let literal = line.hasPrefix("  ")
      if literal != isLiteral { lines.append(literal ? ".Bd -literal" : ".Ed") }
      isLiteral = literal
      let escaped = line.split(separator: "\\", omittingEmptySubsequences: false)
        .joined(separator: "\\e")
      if escaped.isEmpty {
        lines.append(".Pp")
      } else {
        lines.append(escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped)
      }
    }
    return isLiteral ? lines + [".Ed"] : lines
  }
}

extension JSON {
  fileprivate subscript(key: String) -> JSON {
    if case .object(let object) = self { object[key] ?? .null } else { .null }
  }

  fileprivate var elements: [JSON] {
    if case .array(let array) = self { array } else { [] }
  }

  fileprivate func text(or other: String) -> String {
    if case .string(let string) = self { string } else { other }
  }
}
