/// The command line as the program was given it.
enum Invocation {
  /// The arguments without the program's name.
  ///
  /// A lone `-` stands for a standard stream; the parser would take it for an option, so it travels
  /// under another name that no file can have.
  static var arguments: [String] {
    CommandLine.arguments.dropFirst().map { $0 == "-" ? standardStream : $0 }
  }

  /// What a lone `-` is called inside.
  static let standardStream = "\u{0}-"

  /// The first argument that is not an option.
  static var subcommand: String? {
    CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") }
  }

  /// Whether the arguments are `--version --json`, in any order.
  static var asksForVersionAsJSON: Bool {
    Set(CommandLine.arguments.dropFirst()) == ["--version", "--json"]
  }
}
