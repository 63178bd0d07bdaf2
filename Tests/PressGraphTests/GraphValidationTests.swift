import PressGraph
import PressTensor
import Testing

@Suite("Validation names what is wrong with a graph")
struct GraphValidationTests {
  private func expect(
    _ error: GraphError, in model: Model, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try model.validate() }
  }

  @Test("a graph with nested graphs that capture outer values is valid")
  func valid() throws {
    try GraphBuilder.branching().model.validate()
  }

  @Test("an input that an initializer fills is defined once")
  func inputWithDefault() throws {
    var builder = GraphBuilder()
    builder.input("w", [2])
    try builder.constant("w", [2])
    builder.outputs("w")
    try builder.model.validate()
  }

  @Test("a value without definition is an error naming value and user")
  func undefined() throws {
    var builder = GraphBuilder()
    builder.node("Relu", ["missing"], ["y"], name: "relu")
    expect(.undefinedValue("missing", user: "node 'relu'"), in: builder.model)
    builder = GraphBuilder()
    builder.outputs("y")
    expect(.undefinedValue("y", user: "the outputs of graph 'test'"), in: builder.model)
  }

  @Test("a nested graph sees outer values, but outer nodes see no inner ones")
  func innerValuesStayInside() throws {
    var builder = try GraphBuilder.branching()
    builder.node("Relu", ["sum"], ["z"], name: "after")
    expect(.undefinedValue("sum", user: "node 'after'"), in: builder.model)
    builder = try GraphBuilder.branching()
    builder.graph.nodes.remove(at: 1)
    expect(.undefinedValue("positive", user: "node 'sum'"), in: builder.model)
  }

  @Test("two definitions of one value are an error")
  func duplicates() throws {
    var builder = GraphBuilder()
    builder.input("x", [1])
    builder.node("Relu", ["x"], ["x"])
    expect(.duplicateValue("x"), in: builder.model)
    builder = GraphBuilder()
    builder.input("x", [1])
    builder.input("x", [1])
    expect(.duplicateValue("x"), in: builder.model)
    builder = GraphBuilder()
    try builder.constant("w", [1])
    try builder.constant("w", [1])
    expect(.duplicateValue("w"), in: builder.model)
  }

  @Test("a binding of a weight that is not there, and two weights of one id, are errors")
  func weights() throws {
    var builder = GraphBuilder()
    let id = try builder.constant("w", [1])
    var model = builder.model
    model.weights = []
    expect(.missingWeight(id, name: "w"), in: model)
    model.weights = builder.weights + builder.weights
    expect(.duplicateWeight(id), in: model)
    builder.graph.constants = []
    builder.graph.nodes = [
      Node(name: "c", inputs: [], outputs: ["y"], operation: .constant(WeightID(9), .constant))
    ]
    expect(.missingWeight(WeightID(9), name: "c"), in: builder.model)
  }

  @Test("a function sees nothing but its inputs")
  func functions() throws {
    var model = try GraphBuilder.branching().model
    let body = Graph(
      name: "f", inputs: [ValueInfo(name: "a")],
      nodes: [Node(inputs: ["a", "b"], outputs: ["c"], operation: .binary(.add))])
    model.functions = [Function(domain: "d", name: "f", body: body)]
    expect(.undefinedValue("b", user: "node 'c'"), in: model)
  }

  @Test("empty names stand for what is left out")
  func emptyNames() throws {
    var builder = GraphBuilder()
    builder.input("x", [1])
    builder.node("Clip", ["x", "", "x"], ["y", ""])
    builder.node("Clip", ["y", "", "x"], ["z", ""])
    try builder.model.validate()
  }
}
