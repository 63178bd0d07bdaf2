import ArgumentParser
import Press

/// `compress verify`: reads and checks every byte.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a container and check every byte.",
    discussion: """
      Checksums, lengths, codes, padding, and what the records say about their streams. Exit code 8 \
      if a check fails, 3 if the file is no container or of a later version.

        compress verify model.bin
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument

  func run() throws {
    let file = try model.read(common)
    guard let container = file.container else {
      throw InputError(path: model.path, underlying: ContainerError.notAContainer, code: nil)
    }
    let progress = Progress("verify", isQuiet: common.quiet)
    try InputError.naming(model.path) { try container.verify(progress: progress.update) }
    progress.finish()
    common.print(
      .object(["ok": .bool(true), "sections": .integer(container.sectionCount)]),
      text: ["\(model.path): every byte of \(container.sectionCount) sections is as recorded"])
  }
}
