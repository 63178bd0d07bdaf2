import PressGraph
import Testing

@Suite("Nodes in an order in which they can run")
struct GraphOrderTests {
  private func chain(_ count: Int) -> Graph {
    Graph(
      inputs: [ValueInfo(name: "v0")],
      nodes: (0..<count).map {
        Node(inputs: ["v\($0)"], outputs: ["v\($0 + 1)"], operation: .unary(.relu))
      })
  }

  @Test("a graph in order stays as it is")
  func stable() throws {
    var builder = GraphBuilder()
    builder.input("x", [1])
    builder.node("Relu", ["x"], ["a"])
    builder.node("Abs", ["x"], ["b"])
    builder.node("Add", ["b", "a"], ["c"])
    #expect(try builder.graph.order() == [0, 1, 2])
  }

  @Test("a node that stands before what it needs moves behind it, and only that")
  func unsorted() throws {
    var builder = GraphBuilder()
    builder.input("x", [1])
    builder.node("Add", ["b", "a"], ["c"])
    builder.node("Relu", ["x"], ["a"])
    builder.node("Abs", ["a"], ["b"])
    builder.node("Neg", ["c"], ["d"])
    #expect(try builder.graph.order() == [1, 2, 0, 3])
    #expect(try builder.graph.sorted().nodes.map(\.label) == ["a", "b", "c", "d"])
  }

  @Test("what a nested graph captures comes before the node that holds it")
  func captured() throws {
    var graph = try GraphBuilder.branching().graph
    graph.nodes.reverse()
    #expect(try graph.order().map { graph.nodes[$0].label } == ["relu", "abs", "choice"])
  }

  @Test("a circle is an error that names one of its nodes")
  func cycle() throws {
    var builder = GraphBuilder()
    builder.input("x", [1])
    builder.node("Add", ["x", "b"], ["a"], name: "first")
    builder.node("Relu", ["a"], ["b"], name: "second")
    #expect(throws: GraphError.cycle("first")) { try builder.graph.order() }
    #expect(throws: GraphError.cycle("first")) { try builder.model.validate() }
  }

  @Test("a long chain, forwards or backwards, needs no deep recursion")
  func longChain() throws {
    var graph = chain(100_000)
    #expect(try graph.order() == Array(0..<100_000))
    graph.nodes.reverse()
    #expect(try graph.order() == (0..<100_000).reversed())
  }
}
