import PressGraph
import PressTensor
import Testing

@Suite("Types of values follow from the inputs")
struct ShapeInferenceTests {
  /// The dimensions of what one operator makes of inputs of given dimensions.
  private func dimensions(
    _ type: String, _ inputs: [[Dimension]], _ attributes: [Attribute] = [],
    integers: [[Int]] = [], opset: Int = 17
  ) throws -> [Dimension]? {
    var builder = GraphBuilder()
    builder.opset = opset
    var names: [String] = []
    for (index, dimensions) in inputs.enumerated() {
      names.append("in\(index)")
      builder.input("in\(index)", dimensions)
    }
    for (index, elements) in integers.enumerated() {
      names.append("int\(index)")
      try builder.integers("int\(index)", elements)
    }
    builder.node(type, names, ["y"], attributes, name: "node")
    builder.outputs("y")
    return try builder.model.inferShapes().dimensions(of: "y")
  }

  private func known(_ sizes: Int...) -> [Dimension] { sizes.map(Dimension.known) }
  private func ints(_ name: String, _ values: [Int]) -> Attribute { Attribute(name, .ints(values)) }
  private func int(_ name: String, _ value: Int) -> Attribute { Attribute(name, .int(value)) }
  private func word(_ name: String, _ value: String) -> Attribute {
    Attribute(name, .string(Array(value.utf8)))
  }

  private let batch = Dimension.named("batch")

  @Test("broadcasting keeps names and takes known sizes over unknown ones")
  func broadcasting() throws {
    #expect(try dimensions("Add", [[batch, .known(3)], known(3)]) == [batch, .known(3)])
    #expect(
      try dimensions("Mul", [[batch, .known(1)], [batch, .known(4)]]) == [batch, .known(4)])
    #expect(try dimensions("Sub", [[batch], known(5)]) == known(5))
    #expect(try dimensions("Sub", [[batch], [.named("other")]]) == [.unknown])
    #expect(try dimensions("Where", [known(2, 1), known(3), known()]) == known(2, 3))
    #expect(try dimensions("Max", [known(1), known(2, 1), known(1, 7)]) == known(2, 7))
  }

  @Test("windows: padding, stride, dilation, automatic padding and partial windows")
  func windows() throws {
    let kernel = known(8, 3, 3, 3)
    let image: [Dimension] = [batch, .known(3), .known(7), .known(8)]
    func conv(_ attributes: Attribute...) throws -> [Dimension]? {
      try dimensions("Conv", [image, kernel], attributes)
    }
    #expect(try conv() == [batch] + known(8, 5, 6))
    #expect(try conv(ints("strides", [2, 2])) == [batch] + known(8, 3, 3))
    #expect(try conv(ints("pads", [1, 1, 1, 1])) == [batch] + known(8, 7, 8))
    #expect(try conv(ints("dilations", [2, 3])) == [batch] + known(8, 3, 2))
    #expect(
      try conv(word("auto_pad", "SAME_UPPER"), ints("strides", [2, 2])) == [batch] + known(8, 4, 4))
    #expect(try conv(word("auto_pad", "VALID")) == [batch] + known(8, 5, 6))
    let line = known(1, 1, 6)
    let window = [ints("kernel_shape", [3]), ints("strides", [2])]
    #expect(try dimensions("MaxPool", [line], window) == known(1, 1, 2))
    #expect(try dimensions("MaxPool", [line], window + [int("ceil_mode", 1)]) == known(1, 1, 3))
    // The third window of 2 would start behind the tensor, in the padding: it does not count.
    let padded = [
      ints("kernel_shape", [2]), ints("strides", [3]), ints("pads", [0, 1]), int("ceil_mode", 1),
    ]
    #expect(try dimensions("AveragePool", [line], padded) == known(1, 1, 2))
    #expect(try dimensions("GlobalMaxPool", [image]) == [batch] + known(3, 1, 1))
  }

  @Test("transposed convolutions: strides spread, padding takes away, an output shape decides")
  func transposedConvolution() throws {
    let inputs = [known(1, 4, 3), known(4, 2, 3)]
    #expect(try dimensions("ConvTranspose", inputs) == known(1, 2, 5))
    let strided = [ints("strides", [2]), ints("pads", [1, 1]), ints("output_padding", [1])]
    #expect(try dimensions("ConvTranspose", inputs, strided) == known(1, 2, 6))
    #expect(try dimensions("ConvTranspose", inputs, [int("group", 2)]) == known(1, 4, 5))
    #expect(try dimensions("ConvTranspose", inputs, [ints("output_shape", [9])]) == known(1, 2, 9))
  }

  @Test("matrix products batch over leading axes and drop the axis of a vector")
  func products() throws {
    #expect(try dimensions("MatMul", [[batch, .known(3)], known(3, 4)]) == [batch, .known(4)])
    #expect(try dimensions("MatMul", [known(5, 1, 2, 3), known(7, 3, 4)]) == known(5, 7, 2, 4))
    #expect(try dimensions("MatMul", [known(3), known(3, 4)]) == known(4))
    #expect(try dimensions("MatMul", [known(2, 3), known(3)]) == known(2))
    #expect(
      try dimensions(
        "Gemm", [known(3, 2), known(4, 3), known(4)], [int("transA", 1), int("transB", 1)])
        == known(2, 4))
  }

  @Test("reshaping copies, infers and cancels sizes")
  func reshaping() throws {
    let input: [Dimension] = [batch, .known(6), .known(4)]
    #expect(try dimensions("Reshape", [input], integers: [[0, -1]]) == [batch, .known(24)])
    #expect(try dimensions("Reshape", [input], integers: [[-1, 8, 3]]) == [.unknown] + known(8, 3))
    #expect(try dimensions("Reshape", [known(2, 6)], integers: [[3, -1]]) == known(3, 4))
    #expect(try dimensions("Flatten", [input]) == [batch, .known(24)])
    #expect(try dimensions("Flatten", [input], [int("axis", -1)]) == [.unknown, .known(4)])
    #expect(
      try dimensions("Transpose", [input], [ints("perm", [2, 0, 1])]) == [
        .known(4), batch, .known(6),
      ])
    #expect(try dimensions("Unsqueeze", [input], integers: [[-1, 0]])?.count == 5)
    #expect(try dimensions("Squeeze", [known(1, 3, 1)]) == known(3))
    #expect(try dimensions("Squeeze", [known(1, 3, 1)], integers: [[-1]]) == known(1, 3))
    #expect(try dimensions("Squeeze", [known(1, 3)], [ints("axes", [0])], opset: 11) == known(3))
  }

  @Test("joining, cutting and picking")
  func picking() throws {
    #expect(
      try dimensions("Concat", [[batch, .known(2)], [.unknown, .known(3)]], [int("axis", 1)])
        == [batch, .known(5)])
    #expect(try dimensions("Split", [known(5, 2)], integers: [[5]]) == known(5, 2))
    #expect(
      try dimensions(
        "Slice", [known(9, 5)], integers: [[1, -1], [Int.max, 0], [0, 1], [3, -2]])
        == known(3, 2))
    #expect(
      try dimensions("Slice", [known(9, 5)], [ints("starts", [2]), ints("ends", [-2])], opset: 9)
        == known(5, 5))
    #expect(try dimensions("Slice", [[batch]], integers: [[0], [Int.max]]) == [batch])
    #expect(try dimensions("Gather", [known(9, 5)], integers: [[1, 2, 3]]) == known(3, 5))
    #expect(try dimensions("Pad", [known(3, 4)], integers: [[0, 1, 0, 2]]) == known(3, 7))
    #expect(try dimensions("Tile", [known(3, 4)], integers: [[2, 1]]) == known(6, 4))
    #expect(try dimensions("Expand", [known(3, 1)], integers: [[2, 1, 4]]) == known(2, 3, 4))
  }

  @Test("reductions drop or keep their axes, wherever these are given")
  func reductions() throws {
    let input = known(2, 3, 4)
    #expect(try dimensions("ReduceMean", [input], [ints("axes", [-1])]) == known(2, 3, 1))
    #expect(
      try dimensions("ReduceSum", [input], [int("keepdims", 0)], integers: [[0, 2]]) == known(3))
    #expect(try dimensions("ReduceMax", [input], [int("keepdims", 0)]) == known())
    #expect(
      try dimensions("ReduceSum", [input], [int("noop_with_empty_axes", 1)], integers: [[]])
        == input)
    #expect(try dimensions("Softmax", [input]) == input)
  }

  @Test("recurrent layers give all steps and the last one")
  func recurrent() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("steps"), .known(2), .known(3)])
    try builder.constant("W", [2, 16, 3])
    try builder.constant("R", [2, 16, 4])
    builder.node(
      "LSTM", ["x", "W", "R"], ["y", "h", "c"],
      [word("direction", "bidirectional"), int("hidden_size", 4)])
    builder.outputs("y", "h", "c")
    let shapes = try builder.model.inferShapes()
    #expect(shapes.dimensions(of: "y") == [.named("steps")] + known(2, 2, 4))
    #expect(shapes.sizes(of: "c") == [2, 2, 4])
  }

  @Test("element types: comparisons, casts, masks and shapes")
  func elementTypes() throws {
    var builder = GraphBuilder()
    builder.input("x", [2])
    builder.node("Greater", ["x", "x"], ["more"])
    builder.node("Cast", ["x"], ["whole"], [int("to", 7)])
    builder.node("Dropout", ["x"], ["same", "mask"])
    builder.node("Shape", ["x"], ["shape"])
    builder.outputs("more")
    let shapes = try builder.model.inferShapes()
    let expected: [(String, ElementType)] = [
      ("more", .bool), ("whole", .int64), ("same", .float32), ("mask", .bool), ("shape", .int64),
    ]
    for (name, type) in expected {
      guard case .tensor(let found, _)? = shapes[name] else {
        Issue.record("nothing known of \(name)")
        continue
      }
      #expect(found == type, "\(name)")
    }
  }
}
