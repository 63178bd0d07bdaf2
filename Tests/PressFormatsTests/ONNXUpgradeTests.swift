import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("Operators older than set 7")
struct ONNXUpgradeTests {
  @Test("what the newer operators can say is rewritten, and the model is one of set 7")
  func rewritten() throws {
    let model = try ONNXFixtures.model("opset6_rewritten")
    #expect(model.metadata.opsets == [Opset(domain: "", version: 7)])
    let nodes = try #require(model.graph?.nodes)
    #expect(
      nodes.map(\.operation.type) == [
        "Add", "PRelu", "BatchNormalization", "AveragePool", "Flatten", "Gemm",
      ])
    let dropped: Set = ["broadcast", "axis", "is_test"]
    for node in nodes where node.operation.type != "Flatten" {
      let record = try #require(node.operation.record(opset: 7))
      let names = Set(record.attributes.map(\.name))
      #expect(names.isDisjoint(with: dropped), "\(node.label): \(names)")
    }
    let product = try #require(nodes[5].operation.record(opset: 7))
    #expect(product.attributes.contains { $0.name == "beta" })
  }

  @Test("a slope for each channel gets the axes behind them, and keeps its values")
  func slope() throws {
    let model = try ONNXFixtures.model("opset6_rewritten")
    #expect(model.weight(named: "slope")?.shape.dimensions == [2, 1])
    #expect(try model.bytes(named: "slope") == [0, 0, 0, 0x3F, 0, 0, 0x80, 0x3E])
    let input = model.graph?.inputs.first { $0.name == "slope" }
    #expect(input?.type == .tensor(.float32, [.known(2), .known(1)]))
    try model.validate()
  }

  @Test("a model whose operators did not change keeps its set")
  func unchanged() throws {
    let model = try ONNXFixtures.model("opset6")
    #expect(model.metadata.opsets == [Opset(domain: "", version: 6)])
  }
}
