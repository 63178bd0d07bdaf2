import Press
import PressTestSupport
import Testing

@Suite("What the README shows") struct ReadmeTests {
  static let models =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/Fixtures/models/"

  @Test("Prune, encode, write, read, run")
  func pipeline() throws {
    let folder = TemporaryFolder()
    let model = try Model(contentsOf: Self.models + "lenet-300-100.onnx")
    let pruned = try Prune(ratio: 0.7).apply(to: model, PassContext()).model
    let small = try Encode().apply(to: pruned, PassContext()).model
    try small.write(to: folder.file("lenet.bin"))

    let container = try Container(contentsOf: folder.file("lenet.bin"))
    var engine = Engine(try Plan(container.model))
    let image = try Tensor([Float](repeating: 0.5, count: 784), shape: Shape([1, 1, 28, 28]))
    let logits = try engine.run(["input": image])["logits"]

    var original = Engine(try Plan(pruned))
    let expected = try original.run(["input": image])["logits"]
    #expect(logits?.shape.dimensions == [1, 10])
    #expect(try logits?.floats() == expected?.floats())
  }

  @Test("The extension chooses the format, the content decides when reading")
  func formats() throws {
    let folder = TemporaryFolder()
    let model = try Model(contentsOf: Self.models + "lenet-300-100.onnx")
    for (name, format) in [
      ("a.onnx", ModelFile.Format.onnx), ("a.safetensors", .safetensors), ("a.bin", .container),
      ("a", .container),
    ] {
      try model.write(to: folder.file(name))
      let file = try ModelFile(path: folder.file(name))
      #expect(file.format == format, "\(name)")
      #expect(file.model.weights.count == 6)
    }
    #expect(throws: FileError.exists(path: folder.file("a"))) {
      try model.write(to: folder.file("a"))
    }
  }
}
