import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("Models that cannot be ONNX files are refused")
struct ONNXWriteTests {
  @Test("a model without a graph")
  func noGraph() throws {
    let model = Model(graph: nil, weights: [])
    #expect(throws: ONNXError.noGraph) { try ONNXFixtures.bytes(of: model) }
  }

  @Test("a binding to a weight that is not there")
  func missingWeight() throws {
    var model = try ONNXFixtures.model("opset7")
    model.weights.removeLast()
    #expect(throws: ONNXError.missingWeight(WeightID(2), user: "b")) {
      try ONNXFixtures.bytes(of: model)
    }
  }

  @Test("more bytes than protobuf allows, before any is written")
  func tooLarge() throws {
    var model = try ONNXFixtures.model("opset28")
    let old = model.weights[0]
    model.weights[0] = try Weight(
      id: old.id, name: old.name, elementType: .float32, shape: Shape([1 << 29]),
      repeating: [0, 0, 0, 0])
    do {
      _ = try ONNXFixtures.bytes(of: model)
      Issue.record("2 GiB were written")
    } catch {
      #expect(ONNXFixtures.caseName(error) == "fileTooLarge")
    }
  }

  @Test("kept parts that are not what was read")
  func malformedExtensions() throws {
    let bad: [(String, [UInt8])] = [
      ("onnx.remains", [0xFF]), ("onnx.training_info", [0x08, 0x01]), ("onnx.unknown", [0x3A, 0]),
      ("onnx.configuration", [0xA2, 0x01, 0x00]),
    ]
    for (key, bytes) in bad {
      var model = try ONNXFixtures.model("opset28")
      model.metadata.extensions[key] = bytes
      #expect(throws: ONNXError.malformedExtension(key)) { try ONNXFixtures.bytes(of: model) }
    }
  }

  @Test("another opset, where an operator changed its meaning")
  func changedOperator() throws {
    let model = try ONNXFixtures.model("constant_of_shape")
    #expect(
      throws: ONNXError.changedOperator("Identity", node: "same_shape", from: 17, to: 8)
    ) {
      try ONNXFixtures.bytes(of: model, opset: 8)
    }
    #expect(throws: ONNXError.opset(29)) { try ONNXFixtures.bytes(of: model, opset: 29) }
  }

  @Test("another opset is a number where nothing changed; functions and file format follow")
  func renumbered() throws {
    let old = try ONNXFixtures.roundTrip(ONNXFixtures.model("opset7"), opset: 13)
    #expect(old.opset() == 13)
    #expect(old.metadata.irVersion == 7)
    let function = try ONNXFixtures.roundTrip(ONNXFixtures.model("functions"), opset: 18)
    #expect(function.opset() == 18)
    #expect(function.opset(of: "own") == 1)
    #expect(function.functions.first?.opsets == [Opset(domain: "", version: 18)])
    let lower = try ONNXFixtures.roundTrip(ONNXFixtures.model("functions"), opset: 14)
    #expect(lower.opset() == 14)
  }
}
