import PressRuntime

/// Runs a container once and prints what comes out.
///
///     swift run example model.bin [input.raw ...]
///
/// Each file holds the elements of one input, row-major and little-endian, in the order in which the
/// inputs are printed. Inputs without a file are zeros, and sizes that the network leaves open are 1.
@main enum Example {
  static func main() throws {
    guard CommandLine.arguments.count > 1 else {
      print("usage: example model.bin [input.raw ...]")
      return
    }
    // Maps the file, decodes the weights and packs them for this processor. It takes a while, so an
    // app does it once; the engine then runs as often as it likes.
    var engine = try Engine(contentsOf: CommandLine.arguments[1], threads: 2)
    let files = Array(CommandLine.arguments.dropFirst(2))

    var inputs: [String: Tensor] = [:]
    for (index, input) in engine.plan.inputs.enumerated() {
      let declared = input.dimensions?.map(\.description).joined(separator: "x") ?? "any shape"
      print("input \(input.name): \(input.elementType.name) \(declared)")
      let file = index < files.count ? files[index] : nil
      inputs[input.name] = try tensor(for: input, from: file)
    }

    let outputs = try engine.run(inputs)
    for name in engine.plan.outputs {
      guard let output = outputs[name] else { continue }
      print("output \(name): \(output.elementType.name) \(output.shape)")
      if output.elementType == .float32 { describe(try output.floats()) }
    }
  }

  /// An input's elements from a file, or zeros.
  static func tensor(for input: Plan.Input, from file: String?) throws -> Tensor {
    let shape = try Shape(
      (input.dimensions ?? []).map { dimension in
        if case .known(let size) = dimension { size } else { 1 }
      })
    if let file {
      return try Tensor(contentsOf: file, elementType: input.elementType, shape: shape)
    }
    let byteCount = try input.elementType.byteCount(shape.count) ?? 0
    let zeros = Storage([UInt8](repeating: 0, count: byteCount))
    return try Tensor(elementType: input.elementType, shape: shape, storage: zeros)
  }

  /// Prints the first elements, and the largest: the class where the output is a classifier's.
  static func describe(_ elements: [Float]) {
    print("  begins with \(elements.prefix(10).map(\.description).joined(separator: " "))")
    if let top = elements.indices.max(by: { elements[$0] < elements[$1] }) {
      print("  largest is number \(top), \(elements[top])")
    }
  }
}
