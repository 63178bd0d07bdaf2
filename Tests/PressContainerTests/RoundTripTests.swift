import PressFile
import PressGraph
import PressTensor
import Testing

@testable import PressContainer

@Suite("Containers") struct RoundTripTests {
  @Test("A model with everything in it comes back as it was")
  func roundTrip() throws {
    let model = try Samples.model()
    let container = try Samples.open(try Samples.bytes(model))
    try container.verify()
    let back = container.model
    #expect(back.graph == model.graph)
    #expect(back.functions == model.functions)
    #expect(back.metadata == model.metadata)
    #expect(back.history == model.history)
    #expect(back.weights.count == model.weights.count)
    for (was, weight) in zip(model.weights, back.weights) {
      #expect(weight.id == was.id && weight.name == was.name && weight.shape == was.shape)
      #expect(weight.elementType == was.elementType && weight.origins == was.origins)
      #expect(weight.support == was.support && weight.values == was.values)
      #expect(try weight.decoded().copied() == was.decoded().copied(), "\(was.name)")
      #expect(try weight.knownNonzeros == was.countNonzeros(in: try was.contents()))
    }
  }

  @Test("Writing what was read gives the same bytes")
  func stable() throws {
    let bytes = try Samples.bytes(try Samples.model())
    #expect(try Samples.bytes(try Samples.open(bytes).model) == bytes)
  }

  @Test("Operators come back with their types", arguments: [9, 10, 12, 17, 24, 28])
  func operators(opset: Int) throws {
    let records: [(String, [Attribute])] = [
      ("Resize", [Attribute("mode", .string(Array("linear".utf8)))]), ("OneHot", []),
      ("TopK", opset < 10 ? [Attribute("k", .int(2))] : [Attribute("axis", .int(0))]),
      ("QuantizeLinear", opset < 13 ? [] : [Attribute("axis", .int(0))]),
      ("DequantizeLinear", []), ("DynamicQuantizeLinear", []), ("MatMulInteger", []),
      ("QLinearConv", [Attribute("pads", .ints([1, 1, 1, 1]))]), ("HardSwish", []),
      ("SpaceToDepth", [Attribute("blocksize", .int(2))]), ("ArgMax", []), ("Mod", []),
      ("ScatterND", opset < 16 ? [] : [Attribute("reduction", .string(Array("add".utf8)))]),
      ("GroupNormalization", [Attribute("num_groups", .int(2))]), ("PRelu", []), ("Size", []),
      ("Swish", [Attribute("alpha", .float(0.5))]), ("Trilu", [Attribute("upper", .int(0))]),
    ]
    var graph = Graph(name: "main", inputs: [ValueInfo(name: "x")])
    for (index, (type, attributes)) in records.enumerated() {
      let record = OperationRecord(type: type, attributes: attributes)
      graph.nodes.append(
        Node(
          inputs: ["x"], outputs: ["y\(index)"], operation: Operation(record, opset: opset)))
    }
    var metadata = ModelMetadata()
    metadata.opsets = [Opset(domain: "", version: opset)]
    let bytes = try Samples.bytes(Model(graph: graph, weights: [], metadata: metadata))
    let back = try Samples.open(bytes).model
    #expect(back.graph == graph)
    #expect(try Samples.bytes(back) == bytes)
  }

  @Test("The ledger's rows add up to the file")
  func ledger() throws {
    let container = try Samples.open(try Samples.bytes(try Samples.model()))
    let rows = try container.ledger()
    #expect(rows.reduce(0) { $0 + $1.bytes } == container.byteCount)
    #expect(rows.contains { $0.tensor == "sparse.huffman" && $0.stream == "code table" })
    #expect(rows.contains { $0.tensor == "sparse.huffman" && $0.stream == "support" })
    #expect(rows.contains { $0.tensor == "shared" && $0.stream == "codebook" })
  }

  @Test("Coding makes the sparse weight smaller, and a weight of equal elements takes one of them")
  func sizes() throws {
    let container = try Samples.open(try Samples.bytes(try Samples.model()))
    let costs = container.costs()
    #expect((costs[WeightID(4)]?.bytes ?? .max) < (costs[WeightID(3)]?.bytes ?? 0))
    #expect(costs[WeightID(5)]?.bytes == 4)
  }

  @Test("A model without a graph is a container too")
  func graphless() throws {
    let model = Model(graph: nil, weights: try Samples.weights())
    let back = try Samples.open(try Samples.bytes(model)).model
    #expect(back.graph == nil && back.weights.count == model.weights.count)
  }

  @Test("Declared sizes beyond the limit are refused before anything is allocated")
  func limit() throws {
    let weight = try Weight(
      id: WeightID(1), name: "huge", elementType: .float32, shape: Shape([1 << 20, 1 << 20]),
      repeating: [0, 0, 0, 0])
    let bytes = try Samples.bytes(Model(graph: nil, weights: [weight]))
    #expect(
      throws: ContainerError.tensor(
        name: "huge", .memoryLimit(needed: 1 << 42, limit: Samples.limits.maximumBytes))
    ) { try Samples.open(bytes) }
    let lenient = try Container(MemoryFile(bytes), limits: ReadLimits(maximumBytes: 1 << 43))
    try lenient.verify()
  }

  @Test("A sparse weight of equal elements stays coded, and decodes whole and in parts alike")
  func uniform() throws {
    let masks: [UInt8?] = [nil, 0b1010_0101, 0xFF]
    for (mask, type) in masks.flatMap({ mask in
      [ElementType.float32, .uint8, .complex64].map { (mask, $0) }
    }) {
      let width = type.byteWidth ?? 1
      let kept = 100 * (mask?.nonzeroBitCount ?? 8)
      let element = (0..<width).map { UInt8($0 + 1) }
      let values = Storage((0..<kept).flatMap { _ in element })
      let weight = Weight(
        id: WeightID(1), name: "w", elementType: type, shape: try Shape([800]),
        support: mask == nil ? .dense : .unstructured, coding: .huffman,
        source: LoadedWeight(
          WeightContents(
            mask: mask.map { Storage([UInt8](repeating: $0, count: 100)) }, values: values)))
      let bytes = try Samples.bytes(Model(graph: nil, weights: [weight]))
      let container = try Samples.open(bytes)
      try container.verify()
      let read = container.model.weights[0]
      #expect(read.values == .codebook(bits: 0))
      let expected = try weight.decoded().copied()
      #expect(try read.decoded().copied() == expected, "\(type), \(String(describing: mask))")
      var parts: [UInt8] = []
      try read.forEachDecodedPart { parts += Array(copying: $0) }
      #expect(parts == expected)
      parts = []
      try weight.forEachDecodedPart { parts += Array(copying: $0) }
      #expect(parts == expected)
      #expect(try Samples.bytes(container.model) == bytes, "another container keeps the streams")
    }
  }

  @Test("Tensors of equal elements come in parts as they come whole", arguments: [7, 800_001])
  func repeated(count: Int) throws {
    for (type, element) in [
      (ElementType.int4, [UInt8(5)]), (.uint2, [3]), (.float6E2M3, [0x2B]),
      (.float32, [1, 2, 3, 4]),
    ] {
      let weight = try Weight(
        id: WeightID(1), name: "w", elementType: type, shape: Shape([count]), repeating: element)
      var parts: [UInt8] = []
      try weight.forEachDecodedPart { parts += Array(copying: $0) }
      #expect(try parts == weight.decoded().copied(), "\(type)")
    }
  }
}
