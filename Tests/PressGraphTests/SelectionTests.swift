import PressGraph
import PressTensor
import Testing

@Suite("Patterns choose layers and tensors")
struct SelectionTests {
  /// Two layers with biases, a normalization, and a tied table.
  private func model() throws -> Model {
    var builder = GraphBuilder()
    builder.input("x", [1, 3])
    builder.input("index", [1], .int64)
    try builder.constant("fc1.weight", [3, 4])
    try builder.constant("fc1.bias", [4])
    try builder.constant("fc2/weight[0]", [4, 3])
    try builder.constant("table", [9, 3])
    builder.node("Gemm", ["x", "fc1.weight", "fc1.bias"], ["a"], name: "fc1")
    builder.node("Relu", ["a"], ["r"], name: "relu")
    builder.node("MatMul", ["r", "fc2/weight[0]"], ["b"], name: "fc2")
    builder.node("Gather", ["table", "index"], ["e"], name: "lookup")
    builder.node("Gemm", ["b", "table"], ["y"], [Attribute("transB", .int(1))], name: "head")
    builder.outputs("e", "y")
    return builder.model
  }

  private func selected(
    _ layers: [String] = [], skip: [String] = [], roles: Set<Role> = [.weight]
  ) throws -> [String] {
    let model = try model()
    let ids = try Selection(layers: layers, skip: skip).weights(of: model, roles: roles)
    return ids.compactMap { id in model.weights.first { $0.id == id }?.name }
  }

  @Test("without patterns everything of the wanted roles is selected, in the model's order")
  func everything() throws {
    #expect(try selected() == ["fc1.weight", "fc2/weight[0]", "table"])
    #expect(try selected(roles: [.bias]) == ["fc1.bias"])
  }

  @Test(
    "a star stands for any characters, all others for themselves",
    arguments: [
      ("fc1", ["fc1.weight"]), ("fc*", ["fc1.weight", "fc2/weight[0]"]),
      ("*weight*", ["fc1.weight", "fc2/weight[0]"]), ("*/*", ["fc2/weight[0]"]),
      ("fc2/weight[0]", ["fc2/weight[0]"]), ("*[0]", ["fc2/weight[0]"]),
      ("f**2*t*]", ["fc2/weight[0]"]), ("*", ["fc1.weight", "fc2/weight[0]", "table"]),
    ])
  func globs(pattern: String, expected: [String]) throws {
    #expect(try selected([pattern]) == expected)
  }

  @Test("a regular expression is found anywhere in the name")
  func expressions() throws {
    #expect(try selected(["re:c[12]"]) == ["fc1.weight", "fc2/weight[0]"])
    #expect(try selected(["re:^fc2$"]) == ["fc2/weight[0]"])
    #expect(throws: GraphError.malformedPattern("re:(")) { try selected(["re:("]) }
  }

  @Test("a tied weight is selected by any of its users")
  func tied() throws {
    #expect(try selected(["lookup"]) == ["table"])
    #expect(try selected(["head"]) == ["table"])
  }

  @Test("biases are selected by patterns that name nothing else")
  func biases() throws {
    #expect(try selected(["fc1.bias"]) == ["fc1.bias"])
    #expect(try selected(["*.bias"]) == ["fc1.bias"])
    #expect(try selected(["fc1*"]) == ["fc1.weight"])
  }

  @Test("what is skipped is left out of what is chosen")
  func skipping() throws {
    #expect(try selected(skip: ["fc1"]) == ["fc2/weight[0]", "table"])
    #expect(try selected(["fc*"], skip: ["*2*"]) == ["fc1.weight"])
  }

  @Test("a pattern may name a layer that has no weights")
  func withoutWeights() throws {
    #expect(try selected(["relu"]).isEmpty)
  }

  @Test("a pattern without a match is an error that lists the nearest names")
  func unmatched() throws {
    #expect(
      throws: GraphError.unmatchedPattern("fc3", nearest: ["fc1", "fc2", "head"])
    ) { try selected(["fc3"]) }
    let error = #expect(throws: GraphError.self) { try selected(skip: ["hed"]) }
    #expect(
      error?.description
        == "pattern without a match, expected the name of a layer or tensor like 'head', "
        + "'fc1', 'fc2', found 'hed'")
  }
}
