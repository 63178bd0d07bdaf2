import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("Constants of an ONNX file become weights")
struct ONNXConstantTests {
  @Test("each kind of Constant node but the sparse one is a weight named after its output")
  func constantNodes() throws {
    let model = try ONNXFixtures.model("constants")
    let nodes = try #require(model.graph?.nodes)
    var forms: [String: Bool] = [:]
    for node in nodes where node.label != "y" {
      if case .constant(let id, .constant) = node.operation {
        forms[node.label] = model.weight(id)?.name == node.label
      } else {
        forms[node.label] = false
      }
    }
    #expect(
      forms == [
        "tensor": true, "float": true, "floats": true, "int": true, "ints": true, "equal": true,
        "sparse": false,
      ])
    #expect(model.weight(named: "float")?.shape == .scalar)
    #expect(try model.bytes(named: "float") == [0, 0, 0, 0x3F])
    #expect(model.weight(named: "int")?.elementType == .int64)
    #expect(model.weight(named: "ints")?.shape.dimensions == [3])
  }

  @Test("equal elements are one entry, but a Constant node stays one")
  func equalElements() throws {
    let model = try ONNXFixtures.model("constants")
    let equal = try #require(model.weight(named: "equal"))
    #expect(equal.values == .codebook(bits: 0))
    #expect(try equal.contents().codebook?.copied() == [0, 0, 0, 0x40])
    #expect(model.weight(named: "float")?.values == .plain, "a single element stays plain")
    let again = try ONNXFixtures.roundTrip(model)
    #expect(again.weight(named: "equal")?.values == .codebook(bits: 0))
  }

  @Test("ConstantOfShape is a weight where its shape is constant")
  func constantOfShape() throws {
    let model = try ONNXFixtures.model("constant_of_shape")
    let graph = try #require(model.graph)
    var forms: [String: ConstantForm] = [:]
    for node in graph.nodes {
      if case .constant(_, let form) = node.operation { forms[node.label] = form }
    }
    #expect(forms == ["shape": .constant, "ones": .constantOfShape, "zeros": .constantOfShape])
    #expect(model.weight(named: "ones")?.shape.dimensions == [2, 3])
    #expect(model.weight(named: "zeros")?.elementType == .float32)
    #expect(graph.nodes.first { $0.label == "ones" }?.inputs == ["same_shape"])
    #expect(model.history.source?.denseBytes == 16 + 24 + 16 + 12 + 4)
  }

  @Test("a ConstantOfShape whose weight has changed is written as a Constant node")
  func changedConstantOfShape() throws {
    var model = try ONNXFixtures.model("constant_of_shape")
    let index = try #require(model.weights.firstIndex { $0.name == "ones" })
    let old = model.weights[index]
    let bytes: [UInt8] = (0..<6).flatMap { [0, 0, 0x80, UInt8($0)] }
    model.weights[index] = try Weight(
      id: old.id, name: old.name, elementType: .float32, shape: old.shape, dense: Storage(bytes))
    let again = try ONNXFixtures.roundTrip(model)
    let node = try #require(again.graph?.nodes.first { $0.label == "ones" })
    guard case .constant(let id, .constant) = node.operation else {
      Issue.record("expected a Constant node, found \(node.operation)")
      return
    }
    #expect(node.inputs.isEmpty)
    #expect(try again.weight(id)?.decoded().copied() == bytes)
  }

  @Test("a shape that a caller may override makes no constant")
  func overridableShape() throws {
    var model = try ONNXFixtures.model("constant_of_shape")
    model.graph?.inputs.append(ValueInfo(name: "listed", type: .tensor(.int64, [.known(2)])))
    let again = try ONNXFixtures.roundTrip(model)
    let node = try #require(again.graph?.nodes.first { $0.label == "zeros" })
    if case .constant = node.operation { Issue.record("expected an operator, found a constant") }
  }

  @Test("constants inside nested graphs are weights of the model")
  func nestedGraphs() throws {
    let model = try ONNXFixtures.model("nested")
    #expect(
      model.weights.map(\.name) == ["trips", "else_w", "else_c", "then_w", "then_c"])
    #expect(try model.bytes(named: "else_c") == [0, 0, 0, 0x40, 0, 0, 0x40, 0x40])
  }

  @Test("local functions keep their attributes, defaults and constants")
  func localFunctions() throws {
    let model = try ONNXFixtures.model("functions")
    let function = try #require(model.functions.first)
    #expect(function.name == "Scaled")
    #expect(function.defaults == [Attribute("factor", .float(2))])
    #expect(function.body.inputs.map(\.name) == ["a"])
    guard case .opaque(let record) = function.body.nodes[0].operation else {
      Issue.record("a Constant that refers to an attribute is no weight")
      return
    }
    #expect(record.attributes.first?.value == .reference("factor", .float))
    #expect(model.weights.map(\.name) == ["b"])
  }

  @Test("sparse initializers keep their parts as weights")
  func sparseInitializers() throws {
    let model = try ONNXFixtures.model("sparse")
    let tensor = try #require(model.graph?.sparseConstants.first)
    #expect(tensor.name == "w")
    #expect(tensor.dimensions == [2, 3])
    #expect(model.weight(tensor.indices)?.shape.dimensions == [2, 2])
  }

  @Test("strings are bytes behind their lengths")
  func strings() throws {
    let model = try ONNXFixtures.model("strings")
    #expect(
      try model.bytes(named: "words") == [
        1, 0, 0, 0, 0x61, 0, 0, 0, 0, 2, 0, 0, 0, 0xC3, 0xBC, 2, 0, 0, 0, 0, 0xFF,
      ])
    #expect(model.weight(named: "single")?.shape == .scalar)
  }

  @Test("initializers among the inputs stay there, and new ones join them in old files")
  func listedInitializers() throws {
    var model = try ONNXFixtures.model("opset7")
    #expect(model.graph?.inputs.map(\.name) == ["x", "w", "b"])
    #expect(model.graph?.requiredInputs.map(\.name) == ["x"])
    let id = model.unusedWeightID()
    model.weights.append(
      try Weight(
        id: id, name: "new", elementType: .float32, shape: Shape([1]), repeating: [0, 0, 0, 0]))
    model.graph?.constants.append(ConstantBinding(name: "new", weight: id))
    let again = try ONNXFixtures.roundTrip(model)
    #expect(again.graph?.inputs.map(\.name) == ["x", "w", "b", "new"])
  }

  @Test("external data lies in its file, from its offset on")
  func externalData() throws {
    let model = try ONNXFixtures.model("external/model")
    let first = try Tensor((0..<6).map(Float.init), shape: Shape([2, 3])).storage.copied()
    let second = try Tensor((6..<12).map(Float.init), shape: Shape([2, 3])).storage.copied()
    #expect(try model.bytes(named: "w") == first)
    #expect(try model.bytes(named: "v") == second)
    #expect(try model.weight(named: "v")?.contents().values.isMapped == true)
  }
}
