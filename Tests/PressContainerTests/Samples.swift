import PressFile
import PressGraph
import PressTensor
import PressTestSupport

@testable import PressContainer

/// Models and files that the tests of this module share.
enum Samples {
  static func floats(_ values: [Float]) -> Storage {
    var bytes: [UInt8] = []
    for value in values { bytes.appendLittleEndian(value.bitPattern) }
    return Storage(bytes)
  }

  /// 6 x 100 floats of which every seventh is kept, as a mask and its values.
  static func sparse(id: UInt32, coding: Coding) throws -> Weight {
    var mask = [UInt8](repeating: 0, count: 75)
    var kept: [Float] = []
    for index in stride(from: 0, to: 600, by: 7) {
      mask[index / 8] |= 1 << UInt8(index % 8)
      kept.append(Float(index % 5 + 1) / 8)
    }
    return Weight(
      id: WeightID(id), name: "sparse.\(coding.rawValue)", elementType: .float32,
      shape: try Shape([6, 100]), support: .unstructured, coding: coding,
      source: LoadedWeight(WeightContents(mask: Storage(mask), values: floats(kept))))
  }

  /// One weight of every form that version 1 can hold.
  static func weights() throws -> [Weight] {
    var dense = try Weight(
      id: WeightID(1), name: "dense", elementType: .float32, shape: Shape([2, 3]),
      dense: floats([1, -2, 0, 0.5, -0, 3]))
    dense.origins = [WeightID(7), WeightID(9)]
    var coded = try Weight(
      id: WeightID(2), name: "coded", elementType: .int64, shape: Shape([40]),
      dense: Storage([UInt8](repeating: 0, count: 319) + [1]))
    coded.coding = .huffman
    let shared = Weight(
      id: WeightID(6), name: "shared", elementType: .float32, shape: try Shape([8]),
      values: .codebook(bits: 2),
      source: LoadedWeight(
        WeightContents(
          values: Storage([0, 1, 2, 2, 1, 0, 0, 1]), codebook: floats([0, 1.5, -1.5]))))
    return [
      dense, coded, try sparse(id: 3, coding: .raw), try sparse(id: 4, coding: .huffman),
      try Weight(
        id: WeightID(5), name: "ones", elementType: .float32, shape: Shape([1000, 1000]),
        repeating: [0, 0, 0x80, 0x3F]),
      shared,
      try Weight(
        id: WeightID(8), name: "nibbles", elementType: .int4, shape: Shape([3]),
        dense: Storage([0x21, 0x03])),
      try Weight(
        id: WeightID(10), name: "words", elementType: .string, shape: Shape([2]),
        dense: Storage([2, 0, 0, 0, 0x68, 0x69, 0, 0, 0, 0])),
      try Weight(
        id: WeightID(11), name: "nothing", elementType: .float32, shape: Shape([0, 4]),
        dense: .empty),
    ]
  }

  /// Attributes of every kind, a nested graph and types of every kind among them.
  static func attributes() -> [Attribute] {
    let inner = Graph(
      name: "then", outputs: [ValueInfo(name: "y")],
      constants: [ConstantBinding(name: "c", weight: WeightID(1))],
      nodes: [Node(inputs: ["x", "c"], outputs: ["y"], operation: .binary(.add))])
    return [
      Attribute("f", .float(0.5)), Attribute("i", .int(-3)), Attribute("s", .string([0xFF, 0])),
      Attribute("t", .tensor(WeightID(2))), Attribute("g", .graph(inner)),
      Attribute("fs", .floats([1, 2])), Attribute("is", .ints([.min, .max])),
      Attribute("ss", .strings([[], [1]])), Attribute("ts", .tensors([WeightID(1)])),
      Attribute("gs", .graphs([inner])),
      Attribute(
        "sp",
        .sparseTensor(
          SparseTensor(name: "", values: WeightID(1), indices: WeightID(2), dimensions: [9]))),
      Attribute("sps", .sparseTensors([])),
      Attribute("tp", .type(.sequence(.tensor(.float16, [.known(3), .named("N"), .unknown])))),
      Attribute("tps", .types([.map(key: .int64, value: .optional(nil)), .tensor(nil, nil)])),
      Attribute("r", .reference("outer", .ints)),
    ]
  }

  /// A graph with everything that a graph can have.
  static func graph() -> Graph {
    var convolution = Convolution(opset: 13)
    convolution.strides = [2, 2]
    return Graph(
      name: "main",
      inputs: [
        ValueInfo(
          name: "x", type: .tensor(.float32, [.named("N"), .known(3)]), documentation: "in",
          properties: [Property(key: "k", value: "v")])
      ],
      outputs: [ValueInfo(name: "z", type: .opaque(domain: "d", name: "n"))],
      values: [ValueInfo(name: "m", type: .sparseTensor(.float64, [.known(2)]))],
      constants: [ConstantBinding(name: "sparse.raw", weight: WeightID(3))],
      sparseConstants: [
        SparseTensor(name: "sc", values: WeightID(1), indices: WeightID(2), dimensions: [4])
      ],
      nodes: [
        Node(name: "c", inputs: [], outputs: ["k"], operation: .constant(WeightID(4), .constant)),
        Node(
          inputs: ["shape"], outputs: ["o"], operation: .constant(WeightID(5), .constantOfShape)),
        Node(
          inputs: ["x", "sparse.raw"], outputs: ["m"], operation: .convolution(convolution),
          documentation: "doc"),
        Node(
          inputs: ["m", ""], outputs: ["z"],
          operation: .opaque(
            OperationRecord(
              domain: "com.example", type: "Odd", overload: "v2", attributes: attributes()))),
      ],
      annotations: [Annotation(name: "m", properties: [Property(key: "SCALE", value: "k")])])
  }

  /// A model with everything that a model can have.
  static func model() throws -> Model {
    let function = Function(
      domain: "com.example", name: "F", attributes: ["a"],
      defaults: [Attribute("b", .int(1))], opsets: [Opset(domain: "", version: 20)],
      body: Graph(
        inputs: [ValueInfo(name: "p")], outputs: [ValueInfo(name: "q")],
        nodes: [Node(inputs: ["p"], outputs: ["q"], operation: .unary(.relu))]))
    let metadata = ModelMetadata(
      irVersion: 9,
      opsets: [Opset(domain: "", version: 13), Opset(domain: "com.example", version: 1)],
      producerName: "someone", modelVersion: -1, documentation: "text",
      properties: [Property(key: "a", value: "b")], extensions: ["x": [1, 2, 0xFF]])
    let history = History(
      source: History.Source(
        format: "onnx", sha256: [UInt8](repeating: 7, count: 32), denseBytes: 123),
      passes: [
        History.PassRecord(name: "prune", options: "{\"ratio\":0.5}", seed: 1 << 63, tool: "0.1")
      ])
    return Model(
      graph: graph(), weights: try weights(), functions: [function], metadata: metadata,
      history: history)
  }

  /// The bytes of a model's container.
  static func bytes(_ model: Model) throws -> [UInt8] {
    let folder = TemporaryFolder()
    let path = folder.file("model.bin")
    var file = try AtomicFile(path: path, mayReplace: false)
    try ContainerWriter.write(model, to: &file)
    try file.commit()
    return try MappedFile(path: path).withBytes { Array(copying: $0) }
  }

  static let limits = ReadLimits(maximumBytes: 1 << 30)

  static func open(_ bytes: [UInt8]) throws(ContainerError) -> Container {
    try Container(MemoryFile(bytes), limits: limits)
  }
}
