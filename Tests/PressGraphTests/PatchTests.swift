import PressGraph
import PressTensor
import Testing

@Suite("Edits are values, applied in one place and checked")
struct PatchTests {
  /// `x -> conv -> relu -> abs -> y`, with a kernel and a bias.
  private func chain() throws -> GraphBuilder {
    var builder = GraphBuilder()
    builder.input("x", [1, 2, 5])
    try builder.constant("kernel", [4, 2, 3])
    try builder.constant("bias", [4])
    builder.node("Conv", ["x", "kernel", "bias"], ["c"], name: "conv")
    builder.node("Relu", ["c"], ["r"], name: "relu")
    builder.node("Abs", ["r"], ["y"], name: "abs")
    builder.outputs("y")
    return builder
  }

  private func identity(_ input: String, _ output: String, name: String) -> Node {
    Node(name: name, inputs: [input], outputs: [output], operation: .unary(.neg))
  }

  /// The nodes as `label(inputs)>outputs`.
  private func text(_ model: Model) -> [String] {
    (model.graph?.nodes ?? []).map { node in
      "\(node.label)(\(node.inputs.joined(separator: ",")))>\(node.outputs.joined(separator: ","))"
    }
  }

  @Test("a node is taken away and its consumers are reconnected")
  func removal() throws {
    let patch = Patch(reason: "relu is idle", removedNodes: ["r"], redirections: ["r": "c"])
    let model = try chain().model.applying(patch)
    #expect(text(model) == ["conv(x,kernel,bias)>c", "abs(c)>y"])
  }

  @Test("taking away the node of an output keeps the output's name")
  func outputKeepsItsName() throws {
    let patch = Patch(reason: "abs is idle", removedNodes: ["y"], redirections: ["y": "r"])
    let model = try chain().model.applying(patch)
    #expect(text(model) == ["conv(x,kernel,bias)>c", "relu(c)>y"])
  }

  @Test("an output that becomes an input is handed on by an Identity")
  func outputFromInput() throws {
    let patch = Patch(
      reason: "nothing left", removedNodes: ["c", "r", "y"], redirections: ["y": "x"],
      droppedConstants: ["kernel", "bias"])
    let model = try chain().model.applying(patch)
    #expect(text(model) == ["y(x)>y"])
    #expect(model.weights.isEmpty)
  }

  @Test("two outputs redirected to one value both keep their names")
  func twoOutputs() throws {
    var builder = try chain()
    builder.node("Neg", ["r"], ["z"], name: "neg")
    builder.outputs("z")
    let patch = Patch(
      reason: "both are idle", removedNodes: ["y", "z"], redirections: ["y": "r", "z": "r"])
    let model = try builder.model.applying(patch)
    #expect(text(model) == ["conv(x,kernel,bias)>c", "relu(c)>y", "z(y)>z"])
  }

  @Test("nodes are put before, after and behind others, and see the values as they were")
  func insertions() throws {
    let patch = Patch(
      reason: "for the test",
      insertions: [
        .init(identity("x", "a", name: "before"), at: .before("c")),
        .init(identity("c", "b", name: "after"), at: .after("c")),
        .init(identity("y", "last", name: "end")),
      ],
      redirections: ["c": "b"])
    let model = try chain().model.applying(patch)
    #expect(
      text(model) == [
        "before(x)>a", "conv(x,kernel,bias)>c", "after(c)>b", "relu(b)>r", "abs(r)>y",
        "end(y)>last",
      ])
  }

  @Test("a node put behind an output takes over the output's name")
  func insertionBehindOutput() throws {
    let patch = Patch(
      reason: "scale the output",
      insertions: [.init(identity("y", "scaled", name: "scale"), at: .after("y"))],
      redirections: ["y": "scaled"])
    let model = try chain().model.applying(patch)
    #expect(text(model).suffix(2) == ["abs(r)>y_1", "scale(y_1)>y"])
  }

  @Test("constants and weights come and go; a weight that loses its last use goes too")
  func weights() throws {
    var builder = try chain()
    let unused = try builder.weight("unused", [1])
    let model = builder.model
    let id = model.unusedWeightID()
    let kernel = try Weight(
      id: WeightID(1), name: "kernel", elementType: .float32, shape: Shape([4, 2, 1]),
      repeating: [0, 0, 0, 0])
    let added = try Weight(
      id: id, name: "sum", elementType: .float32, shape: Shape([4]), repeating: [0, 0, 0, 0])
    let changed = try model.applying(
      Patch(
        reason: "fold", redirections: ["bias": "sum"],
        addedConstants: [ConstantBinding(name: "sum", weight: id)], droppedConstants: ["bias"],
        weights: [kernel, added]))
    #expect(changed.weights.map(\.id) == [WeightID(1), unused, id])
    #expect(changed.weights[0].shape.dimensions == [4, 2, 1])
    #expect(text(changed)[0] == "conv(x,kernel,sum)>c")
  }

  @Test("what a nested graph captures counts as used")
  func captured() throws {
    let model = try GraphBuilder.branching().model
    #expect(throws: GraphError.undefinedValue("h", user: "node 'sum'")) {
      try model.applying(Patch(reason: "unused outside", removedNodes: ["h"]))
    }
    let changed = try model.applying(
      Patch(reason: "relu is idle", removedNodes: ["h"], redirections: ["h": "x"]))
    let nested = try #require(changed.graph?.nestedGraphs)
    #expect(nested.map(\.capturedValues) == [["x", "positive"], ["x"]])
  }

  @Test("declared types and annotations of values that are gone go too")
  func staleInfos() throws {
    var builder = try chain()
    builder.graph.values = ["c", "r"].map { ValueInfo(name: $0, type: .tensor(.float32, nil)) }
    builder.graph.annotations = [Annotation(name: "r", properties: [])]
    let model = try builder.model.applying(
      Patch(reason: "idle", removedNodes: ["r"], redirections: ["r": "c"]))
    #expect(model.graph?.values.map(\.name) == ["c"])
    #expect(model.graph?.annotations.isEmpty == true)
  }

  @Test("a patch that names what is not there, or goes in circles, is an error")
  func errors() throws {
    let model = try chain().model
    let missing = GraphError.undefinedValue("nowhere", user: "a patch")
    for patch in [
      Patch(reason: "", removedNodes: ["nowhere"]),
      Patch(reason: "", droppedConstants: ["nowhere"]),
      Patch(reason: "", insertions: [.init(identity("x", "a", name: "n"), at: .after("nowhere"))]),
    ] {
      #expect(throws: missing) { try model.applying(patch) }
    }
    #expect(throws: GraphError.cycle("c")) {
      try model.applying(Patch(reason: "", redirections: ["c": "r", "r": "c"]))
    }
    #expect(throws: GraphError.duplicateValue("c")) {
      try model.applying(
        Patch(reason: "", insertions: [.init(identity("x", "c", name: "again"))]))
    }
    #expect(throws: GraphError.missingGraph) {
      try Model(graph: nil, weights: []).applying(Patch(reason: ""))
    }
  }
}
