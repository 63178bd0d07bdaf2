import Press
import PressTestSupport
import Testing

@Suite("Replaying histories") struct ReplayTests {
  let folder = TemporaryFolder()

  /// A pruned LeNet, changed before it is written under the history of the unchanged one.
  func written(_ change: (inout Model) throws -> Void) throws -> String {
    var model = try Pipeline {
      Prune(ratio: 0.5)
      Encode(.huffman)
    }.run(on: Model(contentsOf: Tool.lenet))
    try change(&model)
    let path = folder.file("model.bin")
    try model.write(to: path, mayReplace: true)
    return path
  }

  func outcome(_ path: String) throws -> Replay.Outcome {
    try Replay(Container(contentsOf: path), PassContext()).run(on: ModelFile(path: Tool.lenet))
  }

  @Test("What its history makes of the source is identical, whoever ran it")
  func identical() throws {
    #expect(try outcome(written { _ in }) == .identical)
  }

  @Test("A weight that its history does not make is told, and is exit code 8")
  func different() throws {
    let path = try written { model in
      let weight = model.weights[0]
      var floats = try weight.floats()
      floats[3] += 1
      model.weights[0] = try Weight(
        id: weight.id, name: weight.name, elementType: .float32, shape: weight.shape,
        dense: ElementType.float32.elements(of: floats))
    }
    #expect(try outcome(path) == .different(reason: "tensor 'fc1.weight' has other elements"))
    expectFailure(
      try Tool.run("verify", path, "--replay", "--source", Tool.lenet, "--json"), 8, "model.bin",
      "fc1.weight")
    #expect(try Tool.run("verify", path).status == 0)
  }

  @Test("The same weights in other bytes are told")
  func otherBytes() throws {
    let path = try written { model in model.weights[0].coding = .raw }
    #expect(try outcome(path) == .different(reason: "the same elements in other bytes"))
  }

  @Test(
    "Weights of another platform may differ in their last bits, and no more",
    arguments: [1e-7, 1e-3])
  func platforms(_ change: Float) throws {
    let path = try written { model in
      model.history.passes[0].tool += " on another machine"
      let weight = model.weights[0]
      let floats = try weight.floats().map { $0 * (1 + change) }
      model.weights[0] = try Weight(
        id: weight.id, name: weight.name, elementType: .float32, shape: weight.shape,
        dense: ElementType.float32.elements(of: floats))
    }
    switch try outcome(path) {
    case .close(let error, let recorded):
      #expect(change < 1e-5 && error > 0 && error < 1e-6)
      #expect(recorded == "Press on another machine")
    case .different(let reason): #expect(change > 1e-5 && reason.contains("fc1.weight"))
    case .identical: Issue.record("expected other bytes")
    }
  }

  @Test("Histories that can't be replayed are errors of the input")
  func failures() throws {
    var path = try written { $0.history.passes[0].name = "shrink" }
    expectFailure(
      try Tool.run("verify", path, "--replay", "--source", Tool.lenet), 3, "'shrink'", "prune")
    path = try written { $0.history.passes[0].options = "{\"ratio\":\"much\"}" }
    expectFailure(
      try Tool.run("verify", path, "--replay", "--source", Tool.lenet), 3, "much", "prune")
    path = try written { $0.history.source = nil }
    expectFailure(
      try Tool.run("verify", path, "--replay", "--source", Tool.lenet), 3, "no source")
  }
}
