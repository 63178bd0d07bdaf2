import PressGraph
import PressTensor
import Testing

@Suite("Types of quantized, picked, ranked and resized values")
struct OperatorInferenceTests {
  /// One input of a node.
  private enum Argument {
    case value(ElementType, [Dimension])
    case integers([Int])
    case floats([Float])
    case none
  }

  /// The types of what one operator makes of its inputs.
  private func types(
    _ type: String, _ inputs: [Argument], _ attributes: [Attribute] = [], opset: Int = 25
  ) throws -> [ValueType?] {
    var builder = GraphBuilder()
    builder.opset = opset
    var names: [String] = []
    for (index, input) in inputs.enumerated() {
      let name = "in\(index)"
      switch input {
      case .value(let type, let dimensions): builder.input(name, dimensions, type)
      case .integers(let elements): try builder.integers(name, elements)
      case .floats(let elements): try builder.floats(name, elements)
      case .none: break
      }
      if case .none = input { names.append("") } else { names.append(name) }
    }
    builder.node(type, names, ["y0", "y1", "y2"], attributes, name: "node")
    builder.outputs("y0")
    let shapes = try builder.model.inferShapes()
    return ["y0", "y1", "y2"].map { shapes[$0] }
  }

  private func known(_ sizes: Int...) -> [Dimension] { sizes.map(Dimension.known) }
  private func float(_ sizes: Int...) -> Argument {
    .value(.float32, sizes.map(Dimension.known))
  }
  private func bytes(_ sizes: Int...) -> Argument { .value(.uint8, sizes.map(Dimension.known)) }
  private func int(_ name: String, _ value: Int) -> Attribute { Attribute(name, .int(value)) }
  private func ints(_ name: String, _ values: [Int]) -> Attribute { Attribute(name, .ints(values)) }
  private func word(_ name: String, _ value: String) -> Attribute {
    Attribute(name, .string(Array(value.utf8)))
  }

  private let batch = Dimension.named("batch")

  private func expectMismatch(
    _ type: String, _ inputs: [Argument], _ attributes: [Attribute] = [], opset: Int = 25,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: GraphError.self, sourceLocation: sourceLocation) {
      try types(type, inputs, attributes, opset: opset)
    }
    guard case .shapeMismatch(let node, let operation, _, _) = error else { return }
    #expect(node == "node" && operation == type, sourceLocation: sourceLocation)
  }

  @Test("quantization: the type is the attribute's, the zero point's, or uint8")
  func quantization() throws {
    let x = Argument.value(.float32, [batch, .known(4)])
    let shape = [batch, .known(4)]
    let signed = Argument.value(.int8, [])
    #expect(try types("QuantizeLinear", [x, float()])[0] == .tensor(.uint8, shape))
    #expect(try types("QuantizeLinear", [x, float(), signed])[0] == .tensor(.int8, shape))
    #expect(
      try types("QuantizeLinear", [x, float()], [int("output_dtype", 22)])[0]
        == .tensor(.int4, shape))
    let half = Argument.value(.float16, known(4))
    #expect(
      try types("DequantizeLinear", [.value(.int8, shape), half])[0] == .tensor(.float16, shape))
    #expect(
      try types("DynamicQuantizeLinear", [x])
        == [.tensor(.uint8, shape), .tensor(.float32, []), .tensor(.uint8, [])])
    let blocked = [int("axis", 1), int("block_size", 3)]
    #expect(
      try types("DequantizeLinear", [bytes(2, 7), float(2, 3)], blocked)[0]
        == .tensor(.float32, known(2, 7)))
    expectMismatch("DequantizeLinear", [bytes(2, 7), float(2, 2)], blocked)
    expectMismatch("QuantizeLinear", [float(2, 7), float(2)])
    expectMismatch("QuantizeLinear", [float(2, 7), float(2, 7)])
  }

  @Test("quantized products have the shapes of the others, in int32 or the output's type")
  func quantizedProducts() throws {
    let (scale, zero) = (float(), bytes())
    let pads = [ints("pads", [1, 1, 1, 1])]
    let (image, kernel) = (bytes(2, 3, 5, 5), bytes(8, 3, 3, 3))
    #expect(
      try types("ConvInteger", [image, kernel, zero, zero], pads)[0]
        == .tensor(.int32, known(2, 8, 5, 5)))
    #expect(
      try types("QLinearConv", [image, scale, zero, kernel, scale, zero, scale, zero])[0]
        == .tensor(.uint8, known(2, 8, 3, 3)))
    #expect(
      try types("MatMulInteger", [bytes(4, 3), bytes(3, 2)])[0] == .tensor(.int32, known(4, 2)))
    let signed = Argument.value(.int8, [])
    #expect(
      try types(
        "QLinearMatMul", [bytes(4, 3), scale, zero, bytes(3, 2), scale, zero, scale, signed])[0]
        == .tensor(.int8, known(4, 2)))
    expectMismatch("ConvInteger", [image, bytes(8, 4, 3, 3)])
    expectMismatch("QLinearMatMul", [bytes(4, 3), scale, zero, bytes(2, 2), scale, zero, scale])
  }

  @Test("indices pick and place elements and slices")
  func indexing() throws {
    let indices = Argument.value(.int64, known(2, 3))
    let data = float(4, 5, 6)
    #expect(
      try types("GatherElements", [float(4, 5), indices])[0] == .tensor(.float32, known(2, 3)))
    #expect(
      try types("GatherND", [data, .value(.int64, [batch, .known(2)])])[0]
        == .tensor(.float32, [batch, .known(6)]))
    #expect(
      try types("GatherND", [data, .value(.int64, known(4, 1))], [int("batch_dims", 1)])[0]
        == .tensor(.float32, known(4, 6)))
    #expect(try types("GatherND", [data, .value(.int64, [batch])])[0] == .tensor(.float32, nil))
    #expect(
      try types("ScatterElements", [float(4, 5), indices, float(2, 3)])[0]
        == .tensor(.float32, known(4, 5)))
    #expect(
      try types("ScatterND", [data, indices, float(2)])[0] == .tensor(.float32, known(4, 5, 6)))
    expectMismatch("GatherElements", [data, indices])
    expectMismatch("GatherElements", [float(4, 5), indices], [int("axis", 2)])
    expectMismatch("GatherND", [float(4), indices])
    expectMismatch("ScatterElements", [float(4, 5), indices, float(3, 3)])
    expectMismatch("ScatterND", [data, indices, float(2, 6)])
  }

  @Test("one-hot encoding puts the depth in; a triangle keeps the shape")
  func oneHot() throws {
    let indices = Argument.value(.int64, [batch, .known(3)])
    let values = Argument.value(.float64, known(2))
    #expect(
      try types("OneHot", [indices, .integers([7]), values])[0]
        == .tensor(.float64, [batch, .known(3), .known(7)]))
    #expect(
      try types("OneHot", [indices, .floats([7]), values], [int("axis", -3)])[0]
        == .tensor(.float64, [.known(7), batch, .known(3)]))
    #expect(
      try types("OneHot", [indices, .value(.int64, []), values], [int("axis", 1)])[0]
        == .tensor(.float64, [batch, .unknown, .known(3)]))
    expectMismatch("OneHot", [indices, .integers([-1]), values])
    expectMismatch("OneHot", [indices, .integers([7]), values], [int("axis", 3)])
    #expect(try types("Trilu", [float(2, 3)])[0] == .tensor(.float32, known(2, 3)))
    expectMismatch("Trilu", [float(3)])
  }

  @Test("ranking: positions are int64, and the count is an attribute or an input")
  func ranking() throws {
    let x = Argument.value(.float16, [batch, .known(5)])
    #expect(try types("ArgMax", [x], [int("axis", 1)])[0] == .tensor(.int64, [batch, .known(1)]))
    #expect(
      try types("ArgMin", [x], [int("axis", -1), int("keepdims", 0)])[0]
        == .tensor(.int64, [batch]))
    let best: [ValueType?] = [
      .tensor(.float16, [batch, .known(2)]), .tensor(.int64, [batch, .known(2)]),
    ]
    #expect(Array(try types("TopK", [x, .integers([2])]).prefix(2)) == best)
    #expect(Array(try types("TopK", [x], [int("k", 2)], opset: 9).prefix(2)) == best)
    #expect(
      try types("TopK", [x, .value(.int64, known(1))])[0] == .tensor(.float16, [batch, .unknown]))
    expectMismatch("TopK", [x, .integers([6])])
    expectMismatch("ArgMax", [x], [int("axis", 2)])
  }

  @Test("depth and space: channels and positions in exchange")
  func rearranging() throws {
    let x = Argument.value(.float32, [batch, .known(8), .known(2), .known(3)])
    let block = [int("blocksize", 2)]
    #expect(
      try types("DepthToSpace", [x], block)[0] == .tensor(.float32, [batch] + known(2, 4, 6)))
    #expect(
      try types("SpaceToDepth", [float(1, 3, 4, 6)], block)[0]
        == .tensor(.float32, known(1, 12, 2, 3)))
    expectMismatch("DepthToSpace", [float(1, 6, 2, 2)], block)
    expectMismatch("SpaceToDepth", [float(1, 3, 5, 6)], block)
    expectMismatch("DepthToSpace", [float(8, 2, 2)], block)
  }

  @Test("elementwise: slopes broadcast one way, remainders both; Size counts")
  func elementwise() throws {
    #expect(try types("PRelu", [float(2, 3), float(3)])[0] == .tensor(.float32, known(2, 3)))
    expectMismatch("PRelu", [float(3), float(2, 3)])
    #expect(try types("Mod", [float(2, 1), float(3)])[0] == .tensor(.float32, known(2, 3)))
    #expect(try types("Size", [float(2, 3)])[0] == .tensor(.int64, []))
    #expect(try types("CumSum", [float(2), .integers([0])])[0] == .tensor(.float32, known(2)))
    #expect(try types("LpNormalization", [float(2)])[0] == .tensor(.float32, known(2)))
    expectMismatch("RMSNormalization", [float(2), float(2)], [int("axis", 1)])
  }
}

@Suite("Sizes of resized tensors")
struct ResizeInferenceTests {
  /// The dimensions that a Resize of a (batch, 3, 5, 7) tensor makes.
  private func resized(
    scales: [Float]? = nil, sizes: [Int]? = nil, region: [Float]? = nil,
    _ attributes: [Attribute] = [], opset: Int = 19
  ) throws -> [Dimension]? {
    var builder = GraphBuilder()
    builder.opset = opset
    builder.input("x", [.named("batch"), .known(3), .known(5), .known(7)])
    var names = ["x", "", "", ""]
    if let region {
      try builder.floats("region", region)
      names[1] = "region"
    }
    if let scales {
      try builder.floats("scales", scales)
      names[2] = "scales"
    }
    if let sizes {
      try builder.integers("sizes", sizes)
      names[3] = "sizes"
    }
    if opset < 11 { names = ["x", "scales"] }
    builder.node("Resize", names, ["y"], attributes)
    builder.outputs("y")
    return try builder.model.inferShapes().dimensions(of: "y")
  }

  private func word(_ name: String, _ value: String) -> Attribute {
    Attribute(name, .string(Array(value.utf8)))
  }

  private let batch = Dimension.named("batch")

  @Test("scales multiply and round down; a scale of 1 keeps a name", arguments: [10, 11, 13, 18])
  func scales(opset: Int) throws {
    #expect(
      try resized(scales: [1, 1, 1.5, 0.5], opset: opset)
        == [batch, .known(3), .known(7), .known(3)])
  }

  @Test("sizes are taken as they are, also beside empty scales, and for some axes only")
  func sizes() throws {
    let all = [batch, .known(3)] + [.known(9), .known(4)]
    let axes = [Attribute("axes", .ints([3, -2]))]
    #expect(try resized(sizes: [4, 9], axes) == all)
    #expect(
      try resized(scales: [], sizes: [2, 3, 9, 4], opset: 11)
        == [.known(2), .known(3), .known(9), .known(4)])
    #expect(throws: GraphError.self) { try resized(sizes: [4, 9]) }
    #expect(throws: GraphError.self) { try resized(scales: [1, 1, -1, 1]) }
    #expect(throws: GraphError.self) { try resized(sizes: [4, -9], axes) }
  }

  @Test("a policy keeps the ratio of the axes, halves rounded up")
  func policies() throws {
    let axes = Attribute("axes", .ints([2, 3]))
    func policy(_ name: String) -> Attribute { word("keep_aspect_ratio_policy", name) }
    let head = [batch, .known(3)]
    // 5 to 10 is twice, 7 to 21 three times.
    #expect(
      try resized(sizes: [10, 21], [axes, policy("not_larger")])
        == head + [.known(10), .known(14)])
    #expect(
      try resized(sizes: [10, 21], [axes, policy("not_smaller")])
        == head + [.known(15), .known(21)])
    // 7 to 10.5 is one and a half: 5 becomes 7.5, and so 8.
    #expect(
      try resized(sizes: [8, 21], [Attribute("axes", .ints([2, 3])), policy("not_larger")])
        == head + [.known(8), .known(11)])
  }

  @Test("a region counts only where it is sampled")
  func regions() throws {
    let region: [Float] = [0, 0, 0.25, 0.25, 1, 1, 0.75, 0.75]
    let scales: [Float] = [1, 1, 4, 2]
    #expect(
      try resized(scales: scales, region: region)
        == [batch, .known(3), .known(20), .known(14)])
    #expect(
      try resized(
        scales: scales, region: region,
        [word("coordinate_transformation_mode", "tf_crop_and_resize")])
        == [batch, .known(3), .known(10), .known(7)])
  }

  @Test("without elements only the axes that stay are known")
  func unknown() throws {
    var builder = GraphBuilder()
    builder.opset = 18
    builder.input("x", [2, 3, 5])
    builder.input("scales", [1])
    builder.node("Resize", ["x", "", "scales"], ["y"], [Attribute("axes", .ints([1]))])
    builder.outputs("y")
    #expect(
      try builder.model.inferShapes().dimensions(of: "y") == [.known(2), .unknown, .known(5)])
  }

  @Test("sizes computed in floats from a shape, as exporters write them")
  func computed() throws {
    var builder = GraphBuilder()
    builder.input("x", [1, 3, 5, 7])
    try builder.integers("two", [2], isScalar: true)
    try builder.integers("three", [3], isScalar: true)
    try builder.integers("head", [1, 3])
    try builder.integers("axis", [0])
    try builder.floats("factor", [1.5], isScalar: true)
    builder.node("Shape", ["x"], ["shape"])
    for name in ["two", "three"] {
      builder.node("Gather", ["shape", name], [name + "i"])
      builder.node("Cast", [name + "i"], [name + "f"], [Attribute("to", .int(1))])
      builder.node("Mul", [name + "f", "factor"], [name + "m"])
      builder.node("Floor", [name + "m"], [name + "r"])
      builder.node("Unsqueeze", [name + "r", "axis"], [name + "v"])
    }
    builder.node("Concat", ["twov", "threev"], ["tail"], [Attribute("axis", .int(0))])
    builder.node("Cast", ["tail"], ["wanted"], [Attribute("to", .int(7))])
    builder.node("Concat", ["head", "wanted"], ["sizes"], [Attribute("axis", .int(0))])
    builder.node("Resize", ["x", "", "", "sizes"], ["y"])
    builder.outputs("y")
    let shapes = try builder.model.inferShapes()
    #expect(shapes.integers(of: "sizes") == [1, 3, 7, 10])
    #expect(shapes.sizes(of: "y") == [1, 3, 7, 10])
  }
}

@Suite("Integers computed by operators that pick and count")
struct PickedIntegerTests {
  private func integers(
    _ type: String, _ inputs: [[Int]], _ attributes: [Attribute] = []
  ) throws -> [Int]? {
    var builder = GraphBuilder()
    for (index, elements) in inputs.enumerated() { try builder.integers("in\(index)", elements) }
    builder.node(type, inputs.indices.map { "in\($0)" }, ["y"], attributes)
    builder.outputs("y")
    return try builder.model.inferShapes().integers(of: "y")
  }

  @Test("of vectors that are known")
  func vectors() throws {
    #expect(try integers("GatherElements", [[5, 6, 7], [-1, 0]]) == [7, 5])
    #expect(try integers("ScatterElements", [[5, 6, 7], [1], [9]]) == [5, 9, 7])
    #expect(try integers("Mod", [[7, -7, 7, -7], [3, 3, -3, -3]]) == [1, 2, -2, -1])
    let truncating = [Attribute("fmod", .int(1))]
    #expect(try integers("Mod", [[7, -7, 7], [3, 3, -3]], truncating) == [1, -1, 1])
    #expect(try integers("Size", [[4, 4, 4]]) == [3])
    #expect(throws: GraphError.self) { try integers("GatherElements", [[5, 6], [2]]) }
    #expect(throws: GraphError.self) { try integers("ScatterElements", [[5, 6], [-3], [1]]) }
    let added = [Attribute("reduction", .string(Array("add".utf8)))]
    #expect(try integers("ScatterElements", [[5, 6, 7], [1], [9]], added) == nil)
  }

  @Test("an element of a shape that is put into another keeps its name")
  func names() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("batch"), .known(4)])
    try builder.integers("target", [0, 2, 2])
    try builder.weight("index", [1, 1], .int64)
    builder.graph.constants.append(ConstantBinding(name: "index", weight: WeightID(2)))
    try builder.integers("first", [0])
    builder.node("Shape", ["x"], ["shape"])
    builder.node("Gather", ["shape", "first"], ["size"])
    builder.node("ScatterND", ["target", "index", "size"], ["wanted"])
    builder.node("Reshape", ["x", "wanted"], ["y"])
    builder.outputs("y")
    let shapes = try builder.model.inferShapes()
    #expect(shapes.dimensions(of: "y") == [.named("batch"), .known(2), .known(2)])
  }
}
