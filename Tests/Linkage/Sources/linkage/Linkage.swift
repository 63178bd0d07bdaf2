import PressRuntime

/// Runs the container named on the command line on an input of zeros, and prints its outputs.
@main enum Linkage {
  static func main() throws {
    var engine = try Engine(contentsOf: CommandLine.arguments[1])
    let image = try Tensor([Float](repeating: 0, count: 784), shape: Shape([1, 1, 28, 28]))
    for (name, tensor) in try engine.run(["input": image]) {
      print(name, tensor.shape, try tensor.floats().count)
    }
  }
}
