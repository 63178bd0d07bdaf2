import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("ONNX files keep what they say")
struct ONNXRoundTripTests {
  static let names = [
    "annotations", "constant_of_shape", "constants", "external/model", "functions", "nested",
    "opset28", "opset6", "opset6_rewritten", "opset7", "sparse", "strings", "types_raw",
    "types_typed",
  ]

  @Test("a model written and read again is the same, down to the bits", arguments: names)
  func sameModel(name: String) throws {
    let model = try ONNXFixtures.model(name)
    let again = try ONNXFixtures.roundTrip(model)
    #expect(again.graph == model.graph)
    #expect(again.functions == model.functions)
    #expect(again.metadata == model.metadata)
    #expect(try again.denseWeights() == model.denseWeights())
    #expect(again.history.source?.denseBytes == model.history.source?.denseBytes)
  }

  @Test("writing twice gives the same bytes", arguments: names)
  func sameBytes(name: String) throws {
    let model = try ONNXFixtures.model(name)
    let bytes = try ONNXFixtures.bytes(of: model)
    #expect(try ONNXFixtures.bytes(of: model) == bytes)
    #expect(try ONNXFixtures.bytes(of: ONNXFixtures.roundTrip(model)) == bytes)
  }

  @Test("every fixture is tested")
  func everyFixture() throws {
    let files = try ONNXFixtures.names(in: "\(ONNXFixtures.folder)/onnx")
    let models = files.map { $0.hasSuffix(".onnx") ? String($0.dropLast(5)) : "\($0)/model" }
    #expect(models == Self.names)
  }

  @Test("each element type has the same bits from raw_data and from typed fields")
  func elementTypes() throws {
    let raw = try ONNXFixtures.model("types_raw")
    let typed = try ONNXFixtures.model("types_typed")
    #expect(raw.weights.count == ElementType.allCases.count - 1)
    #expect(try raw.denseWeights() == typed.denseWeights())
    for weight in raw.weights {
      #expect(weight.shape.dimensions == [5])
      #expect(Set(try weight.decoded().copied()).count > 1, "\(weight.name) tests nothing")
    }
    // The codes 11, 5, 2, 1, 0, the first in the low bits of the first byte.
    #expect(try raw.bytes(named: "int4") == [0x5B, 0x12, 0x00])
    #expect(try raw.bytes(named: "int2") == [0b01_10_01_11, 0b00])
  }

  @Test("attributes with kept parts come back: texts, denotations, devices, training, unknown")
  func extensions() throws {
    let model = try ONNXFixtures.model("annotations")
    #expect(
      Set(model.metadata.extensions.keys) == [
        "onnx.training_info", "onnx.configuration", "onnx.remains", "onnx.unknown",
      ])
    let graph = try #require(model.graph)
    #expect(graph.documentation == "a graph's text")
    #expect(graph.constants.first?.documentation == "a tensor's text")
    #expect(graph.inputs.first?.documentation == "a value's text")
    #expect(
      graph.inputs.first?.type
        == .tensor(.float32, [.named("n"), .unknown, .known(3)]))
    #expect(graph.annotations.first?.properties == [Property(key: "SCALE_TENSOR", value: "w")])
    #expect(model.metadata.modelVersion == 3)
    #expect(model.metadata.properties == [Property(key: "model", value: "property")])
  }

  @Test("the source is recorded with its digest and the size of its constants")
  func history() throws {
    let model = try ONNXFixtures.model("opset7")
    let file = try MappedFile(path: ONNXFixtures.path("opset7"))
    let source = try #require(model.history.source)
    #expect(source.format == "onnx")
    #expect(source.sha256 == file.withBytes { SHA256.digest($0) })
    #expect(source.denseBytes == 6 * 4 + 2 * 4)
  }

  @Test("tensors stay ranges of the file")
  func noCopies() throws {
    let model = try ONNXFixtures.model("opset7")
    for weight in model.weights { #expect(try weight.contents().values.isMapped) }
  }
}
