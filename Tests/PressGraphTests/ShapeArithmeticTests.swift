import PressGraph
import PressTensor
import Testing

@Suite("Shapes computed inside the graph, and shapes that do not fit")
struct ShapeArithmeticTests {
  private func int(_ name: String, _ value: Int) -> Attribute { Attribute(name, .int(value)) }

  @Test("a shape taken apart and put together again reaches a Reshape, names included")
  func shapeArithmetic() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("batch"), .named("length"), .known(12)])
    try builder.integers("zero", [0], isScalar: true)
    try builder.integers("one", [1], isScalar: true)
    try builder.integers("two", [2], isScalar: true)
    try builder.integers("axis", [0])
    try builder.integers("heads", [3])
    builder.node("Shape", ["x"], ["shape"])
    for (index, name) in ["zero", "one", "two"].enumerated() {
      builder.node("Gather", ["shape", name], ["d\(index)"])
    }
    builder.node("Div", ["d2", "two"], ["half"])
    builder.node("Sub", ["half", "two"], ["size"])
    for name in ["d0", "d1", "size"] {
      builder.node("Unsqueeze", [name, "axis"], [name + "v"])
    }
    builder.node("Concat", ["d0v", "d1v", "heads", "sizev"], ["target"], [int("axis", 0)])
    builder.node("Reshape", ["x", "target"], ["y"])
    builder.outputs("y")
    let dynamic = try builder.model.inferShapes()
    #expect(
      dynamic.dimensions(of: "y") == [.named("batch"), .named("length"), .known(3), .known(4)])
    let fixed = try builder.model.inferShapes(fixing: ["x": [2, 5, 12]])
    #expect(fixed.sizes(of: "y") == [2, 5, 3, 4])
    #expect(fixed.integers(of: "target") == [2, 5, 3, 4])
  }

  @Test("the usual way to say Expand: -1 keeps a size")
  func expandTarget() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("batch"), .known(1)])
    builder.opset = 17
    try builder.integers("wanted", [-1, 7])
    try builder.integers("minus", [-1])
    builder.node("Shape", ["wanted"], ["rank"])
    builder.node("ConstantOfShape", ["rank"], ["onesF"])
    builder.node("Cast", ["onesF"], ["zeros"], [int("to", 7)])
    try builder.integers("ones", [1, 1])
    builder.node("Equal", ["wanted", "minus"], ["open"])
    builder.node("Where", ["open", "ones", "wanted"], ["target"])
    builder.node("Expand", ["x", "target"], ["y"])
    builder.outputs("y")
    let shapes = try builder.model.inferShapes()
    #expect(shapes.dimensions(of: "y") == [.named("batch"), .known(7)])
    #expect(shapes.sizes(of: "zeros") == [2])
  }

  @Test("ranges count their elements, up or down, and follow a size")
  func ranges() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("n")])
    for (name, value) in [("zero", 0), ("one", 1), ("nine", 9), ("back", -4)] {
      try builder.integers(name, [value], isScalar: true)
    }
    builder.node("Range", ["nine", "zero", "back"], ["down"])
    builder.node("Range", ["nine", "zero", "one"], ["none"])
    builder.node("Shape", ["x"], ["shape"])
    builder.node("Squeeze", ["shape"], ["n"])
    builder.node("Range", ["zero", "n", "one"], ["positions"])
    builder.outputs("positions")
    let shapes = try builder.model.inferShapes()
    #expect(shapes.integers(of: "down") == [9, 5, 1])
    #expect(shapes.sizes(of: "none") == [0])
    #expect(shapes.dimensions(of: "positions") == [.named("n")])
  }

  @Test("fixing one input gives its names their sizes everywhere")
  func fixing() throws {
    var builder = GraphBuilder()
    builder.input("a", [.named("batch"), .known(3)])
    builder.input("b", [.named("batch"), .known(3)])
    builder.node("Add", ["a", "b"], ["y"])
    builder.outputs("y")
    #expect(try builder.model.inferShapes(fixing: ["a": [4, 3]]).sizes(of: "y") == [4, 3])
    for shapes in [["a": [4, 4]], ["a": [4]], ["a": [-1, 3]], ["a": [4, 3], "b": [5, 3]]] {
      #expect(throws: GraphError.self) { try builder.model.inferShapes(fixing: shapes) }
    }
    #expect(throws: GraphError.undefinedValue("c", user: "a given shape")) {
      try builder.model.inferShapes(fixing: ["c": [1]])
    }
  }

  @Test("the name ? and negative sizes say nothing")
  func emptyNames() throws {
    var builder = GraphBuilder()
    builder.input("x", [.named("?"), .named("?"), .known(-1)])
    builder.node("Relu", ["x"], ["y"])
    builder.outputs("y")
    #expect(try builder.model.inferShapes().dimensions(of: "y") == [.unknown, .unknown, .unknown])
    #expect(try builder.model.inferShapes(fixing: ["x": [1, 2, 3]]).sizes(of: "y") == [1, 2, 3])
  }

  @Test("branches of an If agree on what they agree on, through captured values")
  func branches() throws {
    let shapes = try GraphBuilder.branching().model.inferShapes()
    #expect(shapes.sizes(of: "y") == [2, 3])
  }

  @Test("an unknown operator makes unknown values, unless the source declares them")
  func unknownOperators() throws {
    var builder = GraphBuilder()
    builder.input("x", [2])
    builder.node("Mystery", ["x"], ["y", "z"])
    builder.graph.values = [ValueInfo(name: "z", type: .tensor(.float32, [.known(3)]))]
    builder.node("Relu", ["z"], ["w"])
    builder.outputs("y")
    let shapes = try builder.model.inferShapes()
    #expect(shapes["y"] == nil)
    #expect(shapes.sizes(of: "w") == [3])
  }

  @Test(
    "inputs that cannot go together are an error",
    arguments: [
      ("Add", [[2, 3], [2]]), ("MatMul", [[2, 3], [2, 3]]), ("Gemm", [[2, 3], [4, 3]]),
      ("Conv", [[1, 2, 5], [4, 3, 3]]), ("Conv", [[1, 2, 2], [4, 2, 3]]),
      ("Conv", [[1, 2, 5, 5], [4, 2, 3]]), ("Concat", [[2, 3], [2, 4]]),
      ("ConvTranspose", [[1, 2, 5], [3, 3, 3]]), ("Flatten", [[2], [2]]),
    ])
  func mismatches(type: String, shapes: [[Int]]) throws {
    var builder = GraphBuilder()
    for (index, shape) in shapes.enumerated() { builder.input("in\(index)", shape) }
    let axis = type == "Concat" ? [int("axis", 0)] : type == "Flatten" ? [int("axis", 3)] : []
    builder.node(type, shapes.indices.map { "in\($0)" }, ["y"], axis, name: "culprit")
    builder.outputs("y")
    let model = builder.model
    let error = #expect(throws: GraphError.self) { try model.inferShapes() }
    guard case .shapeMismatch(let node, let operation, _, _) = error else {
      Issue.record("\(type) of \(shapes) is no mismatch")
      return
    }
    #expect(node == "culprit" && operation == type)
  }

  @Test("sizes near the largest word give unknown sizes or an error, never a trap")
  func hostileSizes() throws {
    let huge = Int.max
    for sizes in [[huge, huge], [huge - 1, 3], [1, huge], [-5, huge]] {
      for type in [
        "Add", "MatMul", "Conv", "ConvTranspose", "Flatten", "Concat", "Tile", "Expand", "Reshape",
        "Slice", "Pad", "Range", "ConstantOfShape", "Gather", "Squeeze", "Unsqueeze", "Split",
        "ReduceSum", "MaxPool", "ArgMax", "TopK", "GatherElements", "GatherND", "ScatterElements",
        "ScatterND", "OneHot", "Trilu", "DepthToSpace", "SpaceToDepth", "Resize", "Size", "Mod",
        "PRelu", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "ConvInteger",
        "QLinearConv", "MatMulInteger", "QLinearMatMul", "LpNormalization", "RMSNormalization",
      ] {
        var builder = GraphBuilder()
        builder.opset = 25
        builder.input("x", [.known(sizes[0]), .known(sizes[1]), .known(huge)])
        try builder.integers("i", [huge, .min, sizes[0]])
        let first = ["Range", "ConstantOfShape"].contains(type) ? "i" : "x"
        let second = ["MatMul", "Conv", "ConvTranspose"].contains(type) ? "x" : "i"
        let attributes: [Attribute] =
          switch type {
          case "Concat": [int("axis", 1)]
          case "DepthToSpace", "SpaceToDepth": [int("blocksize", huge)]
          case "QuantizeLinear", "DequantizeLinear": [int("block_size", huge)]
          case "MaxPool": [Attribute("kernel_shape", .ints([huge]))]
          case "Conv", "ConvTranspose": [Attribute("strides", .ints([huge]))]
          default: []
          }
        builder.node(type, [first, second, "i", "i", "i"], ["y", "z"], attributes)
        builder.outputs("y")
        let found = try? builder.model.inferShapes().dimensions(of: "y")
        let isSane = (found ?? []).allSatisfy { dimension in
          if case .known(let size) = dimension { size >= 0 } else { true }
        }
        #expect(isSane, "\(type) of \(sizes) gives \(found ?? [])")
      }
    }
  }
}
