import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("safetensors")
struct SafetensorsTests {
  private let path = "\(ArrayFixtures.folder)/arrays/types.safetensors"

  private static let types: [String: ElementType] = [
    "bool": .bool, "uint8": .uint8, "int8": .int8, "uint16": .uint16, "int16": .int16,
    "float16": .float16, "bfloat16": .bfloat16, "uint32": .uint32, "int32": .int32,
    "float32": .float32, "uint64": .uint64, "int64": .int64, "float64": .float64,
    "float8_e4m3fn": .float8E4M3FN, "float8_e5m2": .float8E5M2, "float8_e8m0fnu": .float8E8M0,
    "float8_e4m3fnuz": .float8E4M3FNUZ, "float8_e5m2fnuz": .float8E5M2FNUZ,
    "complex64": .complex64, "float4_e2m1fn_x2": .float4E2M1,
  ]

  @Test("A file that the reference wrote gives every type, in the order of its data")
  func types() throws {
    let model = try Safetensors.read(path: path)
    #expect(model.graph == nil)
    #expect(model.weights.map(\.id.number) == Array(1...UInt32(Self.types.count + 2)))
    for (name, type) in Self.types {
      let weight = try #require(model.weights.first { $0.name == "t." + name })
      #expect(weight.elementType == type, "\(name)")
      #expect(weight.shape.dimensions == (type == .float4E2M1 ? [2, 6] : [2, 3]))
      let bytes = try weight.decoded()
      #expect(bytes.isMapped)
      #expect(bytes.copied() == (0..<bytes.byteCount).map { UInt8(type == .bool ? $0 % 2 : $0) })
    }
    let scalar = try #require(model.weights.first { $0.name == "scalar" })
    #expect(scalar.shape == .scalar)
    #expect(try scalar.decoded().copied() == [0, 1, 2, 3])
    #expect(model.weights.first { $0.name == "none" }?.shape.dimensions == [0, 3])
  }

  @Test("Metadata and the source's digest are kept")
  func metadata() throws {
    let model = try Safetensors.read(path: path)
    #expect(model.metadata.properties == [Property(key: "format", value: "größe \"1\"\n")])
    let source = try #require(model.history.source)
    #expect(source.format == "safetensors")
    #expect(source.sha256 == (try MappedFile(path: path).withBytes { SHA256.digest($0) }))
    #expect(source.denseBytes == (try model.weights.reduce(0) { try $0 + $1.decoded().byteCount }))
  }

  private func written(_ model: Model) throws -> [UInt8] {
    try ArrayFixtures.withTemporaryPath("a.safetensors") { path in
      var file = try AtomicFile(path: path, mayReplace: false)
      try Safetensors.write(model, to: &file)
      try file.commit()
      return try MappedFile(path: path).withBytes { Array(copying: $0) }
    }
  }

  @Test(
    "The reference's files come out as they went in, byte for byte",
    arguments: ["types", "none"])
  func roundTrip(name: String) throws {
    let bytes = try ArrayFixtures.bytes("arrays/\(name).safetensors")
    #expect(try written(Safetensors.read(MemoryFile(bytes))) == bytes)
  }

  @Test("Names and metadata with every kind of character survive")
  func escapes() throws {
    let text = "a\"b\\c/d\n\r\t\u{8}\u{C}\u{1}\u{1F}\u{7F}ß\u{10FFFF}e\u{301}"
    let weight = try Weight(
      id: WeightID(1), name: text, elementType: .uint8, shape: Shape(vectorOf: 2),
      dense: Storage([1, 2]))
    let model = Model(
      graph: nil, weights: [weight],
      metadata: ModelMetadata(properties: [Property(key: text, value: text)]))
    let again = try Safetensors.read(MemoryFile(try written(model)))
    #expect(again.weights.map { Array($0.name.utf8) } == [Array(text.utf8)])
    #expect(again.metadata.properties == model.metadata.properties)
  }

  @Test("JSON escapes are resolved, surrogate pairs too")
  func jsonEscapes() throws {
    let json = #"{"\u0041\ud83d\ude00\/":{"dtype":"U8","shape":[ ] , "data_offsets":[0,1]}}  "#
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(UInt64(json.utf8.count))
    let model = try Safetensors.read(MemoryFile(bytes + json.utf8 + [9]))
    #expect(model.weights.map(\.name) == ["A😀/"])
  }

  @Test("Sparse and repeated weights are written dense")
  func decodes() throws {
    let shape = Shape(vectorOf: 5)
    let repeated = try Weight(
      id: WeightID(1), name: "r", elementType: .uint8, shape: shape, repeating: [7])
    let sparse = Weight(
      id: WeightID(2), name: "s", elementType: .uint8, shape: shape, support: .unstructured,
      source: LoadedWeight(WeightContents(mask: Storage([0b10010]), values: Storage([3, 4]))))
    let model = Model(graph: nil, weights: [repeated, sparse])
    let again = try Safetensors.read(MemoryFile(try written(model)))
    #expect(
      try again.weights.map { try $0.decoded().copied() } == [[7, 7, 7, 7, 7], [0, 3, 0, 0, 4]])
  }

  @Test("What the format cannot hold is refused")
  func unwritable() throws {
    func weight(_ name: String, _ type: ElementType, _ bytes: [UInt8]) throws -> Weight {
      try Weight(
        id: WeightID(1), name: name, elementType: type, shape: Shape(vectorOf: 1),
        dense: Storage(bytes))
    }
    #expect(throws: SafetensorsError.unwritable(.int4, tensor: "w")) {
      try written(Model(graph: nil, weights: [weight("w", .int4, [1])]))
    }
    #expect(throws: SafetensorsError.partialByte(tensor: "w")) {
      try written(Model(graph: nil, weights: [weight("w", .float4E2M1, [1])]))
    }
    for names in [["w", "w"], ["__metadata__"]] {
      #expect(throws: SafetensorsError.self) {
        try written(Model(graph: nil, weights: names.map { try weight($0, .uint8, [1]) }))
      }
    }
  }

  @Test("A megabyte of nested brackets is refused without a deep stack")
  func nesting() throws {
    for opening in ["[", "{\"a\":"] {
      let json = "{\"x\":" + String(repeating: opening, count: 1_000_000 / opening.count)
      var bytes: [UInt8] = []
      bytes.appendLittleEndian(UInt64(json.utf8.count))
      #expect(throws: SafetensorsError.self) {
        try Safetensors.read(MemoryFile(bytes + json.utf8))
      }
    }
  }

  @Test("A header beyond the memory limit is not read")
  func memoryLimit() throws {
    let bytes = try ArrayFixtures.bytes("arrays/types.safetensors")
    let error = try #require(throws: SafetensorsError.self) {
      try Safetensors.read(MemoryFile(bytes), limits: ReadLimits(maximumBytes: 100))
    }
    guard case .memoryLimit(_, limit: 100) = error else {
      Issue.record("\(error)")
      return
    }
  }
}
