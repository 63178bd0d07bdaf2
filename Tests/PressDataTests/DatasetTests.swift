import FoundationEssentials
import PressData
import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("Dataset")
struct DatasetTests {
  private static let fixtures: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/Fixtures"
  }()

  private func graph(_ inputs: [(name: String, type: ElementType?, dimensions: [Dimension]?)])
    -> Graph
  {
    Graph(inputs: inputs.map { ValueInfo(name: $0.name, type: .tensor($0.type, $0.dimensions)) })
  }

  private func image(_ type: ElementType = .float32) -> Graph {
    graph([("image", type, [.named("N"), .known(1), .known(2), .known(2)])])
  }

  private func tensor(
    _ type: ElementType, _ dimensions: [Int], _ bytes: [UInt8]
  ) throws -> Tensor {
    try Tensor(elementType: type, shape: Shape(dimensions), storage: Storage(bytes))
  }

  /// An npz file in memory.
  private func file(_ arrays: [(String, Tensor)]) throws -> NpzFile {
    let folder = FileManager.default.temporaryDirectory.path
    let path = "\(folder)/press-data-\(UInt64.random(in: 0 ... .max)).npz"
    var writer = NpzWriter(try AtomicFile(path: path, mayReplace: false))
    for (name, tensor) in arrays { try writer.add(tensor, named: name) }
    try writer.commit()
    let bytes = try MappedFile(path: path).withBytes { Array(copying: $0) }
    try FileManager.default.removeItem(atPath: path)
    return try NpzFile(MemoryFile(bytes))
  }

  private func pixels(_ dimensions: [Int] = [3, 1, 2, 2]) throws -> Tensor {
    try tensor(.uint8, dimensions, [0, 1, 2, 3, 51, 5, 6, 7, 255, 9, 10, 11])
  }

  private func labels(_ name: String = "y_test") throws -> (String, Tensor) {
    (name, try tensor(.uint8, [3], [7, 8, 9]))
  }

  @Test("MNIST is read from its fixture, scaled, with its labels")
  func mnist() throws {
    let graph = graph([("input", .float32, [.named("N"), .known(1), .known(28), .known(28)])])
    let data = try Dataset(
      path: "\(Self.fixtures)/data/mnist_test.npz", graph: graph, limit: 100)
    #expect(data.count == 100)
    #expect(try data.classes(0..<10) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    let batch = try #require(try data.batch(10..<12)["input"])
    #expect(batch.shape.dimensions == [2, 1, 28, 28])
    let floats = try batch.floats()
    #expect(floats.max() == 1)
    #expect(floats.allSatisfy { ($0 * 255).rounded() / 255 == $0 })
  }

  @Test("uint8 is divided by 255 in float32 where the input is float")
  func scaling() throws {
    let data = try Dataset(
      try file([("x_test", pixels()), labels()]), graph: image())
    #expect(data.count == 3)
    #expect(data.labelName == "y_test")
    #expect(
      try data.batch(0..<3)["image"]?.floats()
        == [0, 1, 2, 3, 51, 5, 6, 7, 255, 9, 10, 11].map { Float($0) / 255 })
    #expect(try data.batch(1..<2)["image"]?.floats() == [51, 5, 6, 7].map { Float($0) / 255 })
    #expect(try data.classes(1..<3) == [8, 9])
  }

  @Test("uint8 is cast where the input is an integer, kept where it is uint8")
  func casting() throws {
    let file = try file([("x_test", pixels())])
    for type in [
      ElementType.uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .bool,
    ] {
      let tensor = try #require(
        try Dataset(file, graph: image(type)).batch(1..<2)["image"])
      #expect(tensor.elementType == type)
      let width = try #require(type.byteWidth)
      let expected = [51, 5, 6, 7].flatMap { value in
        [type == .bool ? 1 : UInt8(value)] + [UInt8](repeating: 0, count: width - 1)
      }
      #expect(tensor.storage.copied() == expected, "\(type)")
    }
  }

  @Test("Other float types get the nearest value")
  func narrowFloats() throws {
    let file = try file([("x_test", pixels())])
    for (type, bits) in [
      (ElementType.float16, [0x32, 0x66] as [UInt8]), (.bfloat16, [0x4D, 0x3E]),
      (.float64, [0, 0, 0, 0xA0, 0x99, 0x99, 0xC9, 0x3F]),
    ] {
      let tensor = try #require(try Dataset(file, graph: image(type)).batch(1..<2)["image"])
      let found = Array(tensor.storage.copied().prefix(bits.count))
      #expect(found == (type == .float16 ? [0x66, 0x32] : bits), "\(type)")
    }
  }

  @Test("Mean and deviation apply to all elements or to each channel")
  func normalization() throws {
    let two = graph([("image", .float32, [.named("N"), .known(2), .known(2)])])
    let file = try file([("x_test", pixels([3, 2, 2]))])
    let one = try Dataset(
      file, graph: two, normalization: Normalization(mean: [0.5], deviation: [2]))
    #expect(
      try one.batch(0..<1)["image"]?.floats()
        == [0, 1, 2, 3].map { (Float($0) / 255 - 0.5) / 2 })
    let each = try Dataset(
      file, graph: two, normalization: Normalization(mean: [0.5, 0.25], deviation: [2, 4]))
    #expect(
      try each.batch(2..<3)["image"]?.floats() == [
        (1 - 0.5) / 2, (Float(9) / 255 - 0.5) / 2, (Float(10) / 255 - 0.25) / 4,
        (Float(11) / 255 - 0.25) / 4,
      ])
  }

  @Test("Float data is normalized but not scaled")
  func floats() throws {
    let values: [Float] = [1, 2, 3, 4]
    let array = try Tensor(values, shape: try Shape([1, 1, 2, 2]))
    let file = try file([("image", array)])
    #expect(try Dataset(file, graph: image()).batch(0..<1)["image"]?.floats() == values)
    let data = try Dataset(file, graph: image(), normalization: Normalization(mean: [1]))
    #expect(try data.batch(0..<1)["image"]?.floats() == [0, 1, 2, 3])
  }

  @Test("A missing channel axis of 1 is added, whether its size is declared or not")
  func channelAxis() throws {
    let file = try file([("x_test", pixels([3, 2, 2]))])
    let data = try Dataset(file, graph: image())
    #expect(try data.batch(0..<2)["image"]?.shape.dimensions == [2, 1, 2, 2])
    let open = graph([("image", .float32, [.named("N"), .named("C"), .known(2), .known(2)])])
    #expect(try Dataset(file, graph: open).batch(0..<2)["image"]?.shape.dimensions == [2, 1, 2, 2])
  }

  @Test("Any other mismatch is an error that states both shapes")
  func mismatch() throws {
    for dimensions in [[3, 4], [3, 1, 4], [3, 1, 1, 4], [3, 1, 1, 2, 2], [12]] {
      let file = try file([("x_test", pixels(dimensions))])
      let error = try #require(throws: DatasetError.self) { try Dataset(file, graph: image()) }
      #expect("\(error)".contains("expected Nx1x2x2"))
      #expect("\(error)".contains("found \(try Shape(dimensions))"))
    }
    let three = graph([("image", .float32, [.named("N"), .known(3), .known(2), .known(2)])])
    let file = try file([("x_test", pixels([3, 2, 2]))])
    #expect(throws: DatasetError.self) { try Dataset(file, graph: three) }
  }

  @Test("Several inputs take arrays of their names, with or without in.; scalars serve all")
  func severalInputs() throws {
    let several = graph([
      ("a", .int32, [.named("N"), .known(2)]), ("b:0", .float32, [.named("N")]),
      ("c", .float32, []),
    ])
    let file = try file([
      ("in.a", tensor(.int32, [2, 2], [UInt8](repeating: 1, count: 16))),
      ("b:0", Tensor([5, 6], shape: Shape(vectorOf: 2))), ("c", Tensor([9], shape: .scalar)),
      ("other", Tensor([9], shape: .scalar)), ("labels", Tensor([1, 2], shape: Shape([2, 1]))),
    ])
    let data = try Dataset(file, graph: several)
    let batch = try data.batch(1..<2)
    #expect(batch.keys.sorted() == ["a", "b:0", "c"])
    #expect(batch["a"]?.shape.dimensions == [1, 2])
    #expect(try batch["b:0"]?.floats() == [6])
    #expect(try batch["c"]?.floats() == [9])
    #expect(try data.targets(0..<2) == [1, 2])
    #expect(throws: DatasetError.self) { try data.classes(0..<2) }
  }

  @Test("A batch is padded by repeating its last example")
  func padding() throws {
    let data = try Dataset(try file([("x_test", pixels())]), graph: image(.uint8))
    let tensor = try #require(try data.batch(1..<3, paddedTo: 4)["image"])
    #expect(tensor.shape.dimensions == [4, 1, 2, 2])
    #expect(
      tensor.storage.copied() == [51, 5, 6, 7] + [255, 9, 10, 11] + [
        255, 9, 10, 11, 255, 9, 10, 11,
      ])
  }

  @Test("Unusable data names what is wrong")
  func errors() throws {
    let good = try file([("x_test", pixels()), labels()])
    func error(
      _ file: NpzFile, _ graph: Graph, _ normalization: Normalization = Normalization(),
      limit: Int? = nil
    ) throws -> DatasetError {
      try #require(throws: DatasetError.self) {
        try Dataset(file, graph: graph, normalization: normalization, limit: limit)
      }
    }
    #expect(try error(good, graph([])) == .noInputs)
    #expect(try error(good, image(), limit: 0) == .limit(0))
    #expect(
      try error(file([labels()]), image())
        == .missingInput(
          expected: ["x_test", "image", "in.image"], found: ["y_test"]))
    let sequence = Graph(inputs: [ValueInfo(name: "image", type: .sequence(nil))])
    #expect(try error(good, sequence) == .notATensor(input: "image"))
    let floats = try file([("image", Tensor([1], shape: try Shape([1, 1, 1, 1])))])
    #expect(
      try error(floats, graph([("image", .int64, nil)]))
        == .elementType(
          input: "image", expected: "int64", found: .float32))
    #expect(
      try error(good, image(.string))
        == .elementType(
          input: "image", expected: "string", found: .uint8))
    #expect(
      try error(file([("x_test", pixels()), ("y_test", tensor(.uint8, [2], [1, 2]))]), image())
        == .exampleCount(name: "y_test", expected: 3, found: 2))
    #expect(
      try error(file([("x_test", tensor(.uint8, [0, 1, 2, 2], []))]), image()) == .noExamples)
    #expect(
      try error(good, image(), Normalization(mean: [0, 1]))
        == .normalizationCount(
          option: "--mean", channels: 1, found: 2))
    #expect(
      try error(good, image(), Normalization(deviation: [0]))
        == .normalizationValue(
          option: "--std", found: 0))
    #expect(try error(good, image(.int32), Normalization(mean: [1])) == .normalizationOfIntegers)
    let unlabelled = try Dataset(file([("x_test", pixels())]), graph: image())
    #expect(throws: DatasetError.missingLabels(expected: ["y_test"], found: ["x_test"])) {
      try unlabelled.classes(0..<1)
    }
    let oneHot = try Dataset(
      file([("x_test", pixels()), ("y_test", tensor(.uint8, [3, 2], [0, 1, 0, 1, 0, 1]))]),
      graph: image())
    #expect(throws: DatasetError.labelShape(name: "y_test", found: try Shape([3, 2]))) {
      try oneHot.classes(0..<1)
    }
    #expect(
      throws: DatasetError.labelType(
        name: "y_test", expected: "float32 or float64", found: .uint8)
    ) { try oneHot.targets(0..<1) }
  }

  @Test("Inputs for one run have exactly the declared types, and defaults may be left out")
  func inputArrays() throws {
    let defaulted = Graph(
      inputs: [
        ValueInfo(name: "x", type: .tensor(.float32, [.named("N"), .known(2)])),
        ValueInfo(name: "w", type: .tensor(.float32, [.known(2)])),
      ], constants: [ConstantBinding(name: "w", weight: WeightID(1))])
    let x = try Tensor([1, 2], shape: try Shape([1, 2]))
    #expect(try InputArrays.read(file([("in.x", x)]), for: defaulted).keys.sorted() == ["x"])
    let w = try Tensor([3, 4], shape: Shape(vectorOf: 2))
    let both = try InputArrays.read(file([("x", x), ("w", w), ("other", w)]), for: defaulted)
    #expect(try both["w"]?.floats() == [3, 4])
    #expect(throws: DatasetError.missingInput(expected: ["x", "in.x"], found: ["w"])) {
      try InputArrays.read(file([("w", w)]), for: defaulted)
    }
    #expect(throws: DatasetError.shape(input: "x", expected: "Nx2", found: w.shape)) {
      try InputArrays.read(file([("x", w)]), for: defaulted)
    }
    let bytes = try tensor(.uint8, [1, 2], [1, 2])
    #expect(throws: DatasetError.elementType(input: "x", expected: "float32", found: .uint8)) {
      try InputArrays.read(file([("x", bytes)]), for: defaulted)
    }
  }
}
