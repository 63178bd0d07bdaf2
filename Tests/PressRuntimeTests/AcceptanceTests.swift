import PressFile
import PressRuntime
import PressTestSupport
import Testing

/// Weights of every form through a file and an engine.
@Suite("Every form of a weight, written, read and run") struct AcceptanceTests {
  /// A way to code a weight, and a layer to run it in.
  struct Case: CustomStringConvertible {
    var coding: Coding
    var isTransposed: Bool

    static let all = Coding.allCases.flatMap { coding in
      [false, true].map { Case(coding: coding, isTransposed: $0) }
    }

    var description: String { "\(coding) \(isTransposed ? "MatMul" : "Gemm")" }
  }

  private let rows = 21
  private let columns = 67
  private let count = 2

  private func model(_ weight: Weight, isTransposed: Bool) -> Model {
    var graph = Graph(name: "layer")
    graph.inputs.append(
      ValueInfo(name: "x", type: .tensor(.float32, [.known(count), .known(columns)])))
    graph.outputs.append(ValueInfo(name: "y"))
    graph.constants.append(ConstantBinding(name: "w", weight: weight.id))
    let record =
      isTransposed
      ? OperationRecord(type: "MatMul", attributes: [])
      : OperationRecord(type: "Gemm", attributes: [Attribute("transB", .int(1))])
    graph.nodes.append(
      Node(inputs: ["x", "w"], outputs: ["y"], operation: Operation(record, opset: 17)))
    return Model(
      graph: graph, weights: [weight],
      metadata: ModelMetadata(opsets: [Opset(domain: "", version: 17)]))
  }

  private func written(_ model: Model, to path: String) throws {
    var file = try AtomicFile(path: path, mayReplace: true)
    try ContainerWriter.write(model, to: &file)
    try file.commit()
  }

  /// x times the transpose of the rows, exactly, and the sums of the products' magnitudes.
  private func product(_ x: [Float], _ matrix: [Float]) -> (sums: [Double], magnitudes: [Double]) {
    var sums = [Double](repeating: 0, count: count * rows)
    var magnitudes = sums
    for example in 0..<count {
      for row in 0..<rows {
        for column in 0..<columns {
          let product =
            Double(x[example * columns + column]) * Double(matrix[row * columns + column])
          sums[example * rows + row] += product
          magnitudes[example * rows + row] += product.magnitude
        }
      }
    }
    return (sums, magnitudes)
  }

  @Test(
    "support x values x granularity x coding is dense arithmetic on what it decodes to",
    arguments: Case.all)
  func everyForm(test: Case) throws {
    let folder = TemporaryFolder()
    var generator = SeededGenerator(seed: 11)
    let shape = try Shape(test.isTransposed ? [columns, rows] : [rows, columns])
    let view = test.isTransposed ? MatrixView(transposed: shape) : MatrixView(shape)
    let x = (0..<(count * columns)).map { _ in Float.random(in: -1...1, using: &generator) }
    let input = try Tensor(x, shape: Shape([count, columns]))
    for form in WeightForm.all {
      var weight = try form.weight(1, name: "w", shape: shape, view: view, &generator)
      weight.coding = test.coding
      let path = folder.file("layer.bin")
      try written(model(weight, isTransposed: test.isTransposed), to: path)
      let (sums, magnitudes) = product(x, try weight.floats(byRowsOf: view))
      for prefer in PlanOptions.Preference.allCases {
        var engine = try Engine(contentsOf: path, options: PlanOptions(prefer: prefer))
        let found = try #require(try engine.run(["x": input])["y"]).floats()
        let isNear = found.indices.allSatisfy { index in
          (Double(found[index]) - sums[index]).magnitude
            <= Double(columns + 2) * magnitudes[index] * 0x1p-23
        }
        #expect(found.count == sums.count && isNear, "\(form), \(test), \(prefer)")
      }
    }
  }

  @Test("A damaged stream is an error on every way to the engine")
  func damage() throws {
    let folder = TemporaryFolder()
    var generator = SeededGenerator(seed: 5)
    let shape = try Shape([rows, columns])
    let form = WeightForm(.unstructured, .codebook(bits: 4), .tensor)
    var weight = try form.weight(1, name: "w", shape: shape, view: MatrixView(shape), &generator)
    weight.coding = .rans
    let path = folder.file("layer.bin")
    try written(model(weight, isTransposed: false), to: path)
    var bytes = try MappedFile(path: path).withBytes { Array(copying: $0) }
    // The first stream begins behind the header.
    bytes[100] ^= 1
    var file = try AtomicFile(path: path, mayReplace: true)
    try file.write(bytes)
    try file.commit()
    for prefer in PlanOptions.Preference.allCases {
      #expect(throws: (any Error).self) {
        _ = try Engine(contentsOf: path, options: PlanOptions(prefer: prefer))
      }
    }
  }
}
