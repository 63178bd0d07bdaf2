import ArgumentParser
import Press

/// The command: it finds the subcommand, runs it, and turns errors into one line and an exit code.
@main struct Compress: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compress",
    abstract: "Makes trained neural networks small and runs them small.",
    discussion: """
      A network comes in as ONNX, safetensors or a container, told by its content. A first round:

        compress prune --ratio 0.9 model.onnx -o pruned.bin
        compress encode pruned.bin -o model.bin
        compress inspect model.bin
        compress evaluate model.bin --data test.npz

      Exit codes: 0 done; 1 internal error, disk full, out of memory; 2 invalid option or value, \
      existing target; 3 an input that can't be read or used; 4 accuracy gate failed; 5 size, time or \
      memory gate failed; 6 a request that can't be reached; 7 interrupted; 8 a damaged container.
      """,
    version: Tool.name,
    subcommands: [
      Convert.self, Inspect.self, PruneCommand.self, ShareCommand.self, QuantizeCommand.self,
      FactorizeCommand.self, SeparateCommand.self, FoldCommand.self, EncodeCommand.self,
      DensifyCommand.self, Apply.self, Evaluate.self, Infer.self, Compare.self, Bench.self,
      Verify.self, ManualPage.self,
    ])

  static func main() {
    Interruption.watch()
    if Invocation.asksForVersionAsJSON {
      let object = ["name": JSON.string("Press"), "version": .string(Tool.version)]
      return Console.print(JSON.object(object).text)
    }
    do {
      var command = try parseAsRoot(Invocation.arguments)
      try command.run()
    } catch {
      Failure.exit(error)
    }
  }
}

/// What the tool calls itself.
enum Tool {
  static let version = "0.1.0"
  static let name = "Press \(version)"
}
