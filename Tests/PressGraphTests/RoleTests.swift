import PressGraph
import PressTensor
import Testing

@Suite("What each constant is for")
struct RoleTests {
  /// The use of the constant of a name.
  private func use(_ name: String, in builder: GraphBuilder) throws -> WeightUse {
    let model = builder.model
    try model.validate()
    let weight = try #require(model.weights.first { $0.name == name })
    return try #require(model.weightUses()[weight.id])
  }

  /// The positions of a view's elements, row by row.
  private func elements(_ view: MatrixView) -> [[Int]] {
    (0..<view.rows).map { row in
      (0..<view.columns).map { view.rowOffset(row) + view.columnOffset($0) }
    }
  }

  private func ints(_ name: String, _ values: [Int]) -> Attribute { Attribute(name, .ints(values)) }

  @Test("layers have weights and biases, normalizations parameters, and tables are embeddings")
  func roles() throws {
    var builder = GraphBuilder()
    builder.input("x", [1, 2, 8, 8])
    builder.input("index", [3], .int64)
    try builder.constant("kernel", [4, 2, 3, 3])
    try builder.constant("kernel.bias", [4])
    for name in ["scale", "shift", "mean", "variance"] { try builder.constant(name, [4]) }
    try builder.constant("table", [10, 6])
    try builder.constant("matrix", [6, 5])
    try builder.constant("added", [5])
    try builder.constant("factor", [5, 5])
    try builder.constant("unused", [5, 5])
    builder.node("Conv", ["x", "kernel", "kernel.bias"], ["c"], name: "conv")
    builder.node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["n"])
    builder.node("Gather", ["table", "index"], ["rows"], name: "lookup")
    builder.node("MatMul", ["rows", "matrix"], ["m"], name: "matmul")
    builder.node("Add", ["added", "m"], ["a"], name: "add")
    builder.node("Mul", ["a", "factor"], ["y"], name: "mul")
    builder.outputs("n", "y")
    let expected: [(String, Role, [String])] = [
      ("kernel", .weight, ["conv"]), ("kernel.bias", .bias, ["conv"]), ("scale", .norm, ["n"]),
      ("variance", .norm, ["n"]), ("table", .embedding, ["lookup"]),
      ("matrix", .weight, ["matmul"]), ("added", .bias, ["add"]), ("factor", .other, ["mul"]),
      ("unused", .other, []),
    ]
    for (name, role, users) in expected {
      let use = try use(name, in: builder)
      #expect(use.role == role, "\(name)")
      #expect(use.users == users, "\(name)")
    }
  }

  @Test("normalizations of newer versions have parameters; integer kernels and slopes are neither")
  func newerRoles() throws {
    var builder = GraphBuilder()
    builder.opset = 25
    builder.input("x", [1, 4, 8, 8])
    builder.input("q", [1, 4, 8, 8], .uint8)
    for name in ["scale", "shift", "slope"] { try builder.constant(name, [4]) }
    try builder.constant("gain", [8])
    for (name, sizes, type) in [
      ("kernel", [4, 4, 3, 3], ElementType.int8), ("added", [4], .int32), ("zero", [1], .uint8),
      ("step", [1], .float32),
    ] {
      let id = try builder.weight(name, sizes, type)
      builder.graph.constants.append(ConstantBinding(name: name, weight: id))
    }
    let groups = [Attribute("num_groups", .int(2))]
    builder.node("GroupNormalization", ["x", "scale", "shift"], ["g"], groups)
    builder.node("RMSNormalization", ["g", "gain"], ["r"])
    builder.node("PRelu", ["r", "slope"], ["p"])
    builder.node("ConvInteger", ["q", "kernel"], ["c"])
    builder.node(
      "QLinearConv", ["q", "step", "zero", "kernel", "step", "zero", "step", "zero", "added"],
      ["l"])
    builder.outputs("p", "c", "l")
    let expected: [(String, Role)] = [
      ("scale", .norm), ("shift", .norm), ("gain", .norm), ("slope", .other), ("kernel", .other),
      ("added", .bias), ("step", .other), ("zero", .other),
    ]
    for (name, role) in expected {
      #expect(try use(name, in: builder).role == role, "\(name)")
    }
  }

  @Test("an Add of a constant that follows no product is no bias")
  func addAlone() throws {
    var builder = GraphBuilder()
    builder.input("x", [2, 5])
    try builder.constant("b", [2, 5])
    builder.node("Relu", ["x"], ["h"])
    builder.node("Add", ["h", "b"], ["y"])
    builder.outputs("y")
    #expect(try use("b", in: builder).role == .other)
  }

  @Test("integers and vectors are never weights")
  func integersAndVectors() throws {
    var builder = GraphBuilder()
    builder.input("x", [2, 3], .int64)
    let id = try builder.weight("integers", [3, 3], .int64)
    builder.graph.constants.append(ConstantBinding(name: "integers", weight: id))
    try builder.constant("vector", [3])
    builder.node("MatMul", ["x", "integers"], ["y"])
    builder.node("MatMul", ["y", "vector"], ["z"])
    builder.outputs("z")
    #expect(try use("integers", in: builder).role == .other)
    #expect(try use("vector", in: builder).role == .other)
  }

  @Test("a weight keeps its role through nodes that only hand it on, and goes by their names")
  func handedOn() throws {
    var builder = GraphBuilder()
    builder.input("x", [5, 3])
    let id = try builder.weight("w", [6], .float32)
    builder.weights[0] = try Weight(
      id: id, name: "w", elementType: .float32, shape: Shape([2, 3]),
      dense: builder.weights[0].decoded())
    builder.graph.nodes.append(
      Node(name: "constant", inputs: [], outputs: ["w"], operation: .constant(id, .constant)))
    builder.node("Identity", ["w"], ["same"], name: "identity")
    builder.node("Cast", ["same"], ["half"], [Attribute("to", .int(10))], name: "cast")
    builder.node("Transpose", ["half"], ["turned"], [ints("perm", [1, 0])], name: "transpose")
    builder.node("MatMul", ["x", "turned"], ["y"], name: "matmul")
    builder.outputs("y")
    let use = try use("w", in: builder)
    #expect(use.role == .weight)
    #expect(use.users == ["matmul"])
    #expect(
      use.names == [
        "w", "constant", "same", "identity", "half", "cast", "turned", "transpose", "matmul",
      ])
    #expect(elements(use.view) == [[0, 1, 2], [3, 4, 5]])
    #expect(use.view.isRowMajor)
  }

  @Test("a tied weight is a weight with all its users, under all its names")
  func tied() throws {
    var builder = GraphBuilder()
    builder.input("x", [3], .int64)
    let id = try builder.constant("table", [4, 2])
    builder.graph.constants.append(ConstantBinding(name: "head", weight: id))
    builder.node("Gather", ["table", "x"], ["e"], name: "lookup")
    builder.node("Gemm", ["e", "head"], ["y"], [Attribute("transB", .int(1))], name: "logits")
    builder.outputs("y")
    let use = try use("table", in: builder)
    #expect(use.role == .weight)
    #expect(use.users == ["lookup", "logits"])
    #expect(use.names == ["table", "head", "lookup", "logits"])
    #expect(elements(use.view) == [[0, 1], [2, 3], [4, 5], [6, 7]])
  }

  @Test("W and R of recurrent layers are weights whose rows are gates of directions")
  func recurrent() throws {
    var builder = GraphBuilder()
    builder.input("x", [7, 1, 3])
    try builder.constant("W", [2, 6, 3])
    try builder.constant("R", [2, 6, 2])
    try builder.constant("B", [2, 12])
    try builder.constant("h", [2, 1, 2])
    builder.node(
      "GRU", ["x", "W", "R", "B", "", "h"], ["y"],
      [Attribute("direction", .string(Array("bidirectional".utf8)))], name: "gru")
    builder.outputs("y")
    let input = try use("W", in: builder)
    #expect(input.role == .weight && input.view.rows == 12 && input.view.columns == 3)
    #expect(try use("R", in: builder).view.columns == 2)
    #expect(try use("B", in: builder).role == .bias)
    #expect(try use("h", in: builder).role == .other)
  }

  @Test("rows are outputs and columns what they sum over, however the operator stores them")
  func views() throws {
    var builder = GraphBuilder()
    builder.input("x", [1, 4, 5, 5])
    builder.input("m", [2, 2])
    try builder.constant("conv", [2, 2, 1, 2])
    try builder.constant("deconv", [4, 1, 1, 2])
    try builder.constant("right", [2, 3])
    try builder.constant("left", [3, 2])
    try builder.constant("gemm", [2, 3])
    builder.node("Conv", ["x", "conv"], ["a"], [Attribute("group", .int(2))])
    builder.node("ConvTranspose", ["x", "deconv"], ["b"], [Attribute("group", .int(2))])
    builder.node("MatMul", ["m", "right"], ["c"])
    builder.node("MatMul", ["left", "m"], ["d"])
    builder.node("Gemm", ["m", "gemm"], ["e"])
    builder.outputs("a", "b", "c", "d", "e")
    #expect(try elements(use("conv", in: builder).view) == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(try elements(use("deconv", in: builder).view) == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(try elements(use("right", in: builder).view) == [[0, 3], [1, 4], [2, 5]])
    #expect(try elements(use("left", in: builder).view) == [[0, 1], [2, 3], [4, 5]])
    #expect(try elements(use("gemm", in: builder).view) == [[0, 3], [1, 4], [2, 5]])
    #expect(try !use("gemm", in: builder).view.isRowMajor)
  }

  @Test("a transposed convolution's rows gather the inputs of their own group")
  func groupedTranspose() throws {
    var builder = GraphBuilder()
    builder.input("x", [1, 4, 5])
    try builder.constant("w", [4, 2, 1])
    builder.node("ConvTranspose", ["x", "w"], ["y"], [Attribute("group", .int(2))])
    builder.outputs("y")
    #expect(try elements(use("w", in: builder).view) == [[0, 2], [1, 3], [4, 6], [5, 7]])
  }

  @Test("a reshaped weight is seen through the reshape where strides can say it")
  func reshaped() throws {
    var builder = GraphBuilder()
    builder.input("x", [2, 6])
    try builder.constant("w", [2, 3, 4])
    try builder.integers("target", [-1, 4])
    builder.node("Reshape", ["w", "target"], ["flat"])
    builder.node("MatMul", ["x", "flat"], ["y"])
    builder.outputs("y")
    let use = try use("w", in: builder)
    #expect(use.role == .weight && use.view.rows == 4)
    #expect(elements(use.view)[1] == [1, 5, 9, 13, 17, 21])
    #expect(try self.use("target", in: builder).role == .other)
  }

  @Test("constants are followed into nested graphs and into calls of functions")
  func nestedAndCalled() throws {
    var builder = try GraphBuilder.branching()
    try builder.constant("w", [3, 3])
    builder.graph.nodes.append(
      Node(
        name: "call", inputs: ["h", "w"], outputs: ["called"],
        operation: .opaque(OperationRecord(domain: "d", type: "linear"))))
    builder.outputs("called")
    var model = builder.model
    let body = Graph(
      inputs: [ValueInfo(name: "a"), ValueInfo(name: "b")], outputs: [ValueInfo(name: "c")],
      nodes: [Node(name: "inside", inputs: ["a", "b"], outputs: ["c"], operation: .matrixProduct)])
    model.functions = [Function(domain: "d", name: "linear", body: body)]
    try model.validate()
    let uses = model.weightUses()
    let called = try #require(uses[WeightID(2)])
    #expect(called.role == .weight && called.users == ["inside"])
    #expect(uses[WeightID(1)]?.users == ["abs"])
  }

  @Test("a function that calls itself ends the search instead of running forever")
  func recursion() throws {
    var builder = GraphBuilder()
    let call = OperationRecord(domain: "d", type: "f")
    try builder.constant("w", [3, 3])
    builder.graph.nodes = [Node(inputs: ["w"], outputs: ["y"], operation: .opaque(call))]
    var model = builder.model
    let body = Graph(
      inputs: [ValueInfo(name: "a")], outputs: [ValueInfo(name: "c")],
      nodes: [Node(name: "again", inputs: ["a"], outputs: ["c"], operation: .opaque(call))])
    model.functions = [Function(domain: "d", name: "f", body: body)]
    #expect(model.weightUses()[WeightID(1)]?.users == ["again"])
  }

  @Test("without a graph every float tensor of rank 2 or more is a weight")
  func graphless() throws {
    var builder = GraphBuilder()
    try builder.constant("matrix", [2, 3])
    try builder.constant("vector", [3])
    _ = try builder.weight("integers", [2, 2], .int64)
    let model = Model(graph: nil, weights: builder.weights)
    let uses = model.weightUses()
    #expect(builder.weights.map { uses[$0.id]?.role } == [.weight, .other, .other])
    #expect(uses[WeightID(1)]?.view == MatrixView(try Shape([2, 3])))
  }
}
