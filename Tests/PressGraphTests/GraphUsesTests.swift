import PressGraph
import PressTensor
import Testing

@Suite("Who makes and who takes a value")
struct GraphUsesTests {
  @Test("producers and consumers are node indices, captured values included")
  func producersAndConsumers() throws {
    let graph = try GraphBuilder.branching().graph
    #expect(graph.producers == ["h": 0, "positive": 1, "y": 2])
    #expect(
      graph.consumers == ["x": [0], "b": [1], "condition": [2], "h": [2], "positive": [2]])
  }

  @Test("a node that takes a value twice is one consumer")
  func twice() {
    var builder = GraphBuilder()
    builder.input("x", [1])
    builder.node("Mul", ["x", "x"], ["y"])
    #expect(builder.graph.consumers == ["x": [0]])
  }

  @Test("a nested graph captures what it does not define, through any depth")
  func capturedValues() throws {
    let graph = try GraphBuilder.branching().graph
    #expect(graph.nestedGraphs.map(\.name) == ["then", "else"])
    #expect(graph.nestedGraphs.map(\.capturedValues) == [["h", "positive"], ["h"]])
    #expect(graph.capturedValues.isEmpty)
    let outer = Graph(
      name: "outer", inputs: [ValueInfo(name: "h")],
      nodes: [
        Node(
          inputs: [], outputs: ["y"],
          operation: .opaque(
            OperationRecord(type: "Loop", attributes: [Attribute("body", .graph(graph))])))
      ])
    #expect(outer.capturedValues.isEmpty)
    #expect(outer.nestedGraphs.map(\.name) == ["test", "then", "else"])
  }

  @Test("a nested graph that hands out an outer value captures it")
  func capturedByOutput() {
    let graph = Graph(outputs: [ValueInfo(name: "outer")])
    #expect(graph.capturedValues == ["outer"])
  }

  @Test("weights in use are found in initializers, attributes, nested graphs and functions")
  func weightsInUse() {
    let nested = Graph(constants: [ConstantBinding(name: "n", weight: WeightID(5))])
    let graph = Graph(
      constants: [ConstantBinding(name: "a", weight: WeightID(3))],
      sparseConstants: [
        SparseTensor(name: "s", values: WeightID(8), indices: WeightID(9), dimensions: [4])
      ],
      nodes: [
        Node(inputs: [], outputs: ["c"], operation: .constant(WeightID(2), .constant)),
        Node(
          inputs: [], outputs: ["y"],
          operation: .opaque(
            OperationRecord(
              type: "Odd",
              attributes: [
                Attribute("body", .graph(nested)), Attribute("list", .tensors([WeightID(3)])),
              ]))),
      ])
    let function = Function(
      domain: "d", name: "f", defaults: [Attribute("t", .tensor(WeightID(7)))], body: nested)
    let model = Model(graph: graph, weights: [], functions: [function])
    #expect(model.weightsInUse.map(\.number) == [3, 8, 9, 2, 5, 7])
  }
}
