import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@Suite("Fixed point: scales that are powers of two")
struct ShiftTests {
  /// A Gemm between dequantized operands whose every scale is a power of two.
  private func model(outputScale: Float, _ generator: inout SeededGenerator) throws -> ModelBuilder
  {
    var builder = ModelBuilder()
    builder.input("x", [.known(16), .known(40)])
    try builder.constant("xs", [], [0x1p-4])
    try builder.constant("ws", [], [0x1p-6])
    try builder.constant("ys", [], [outputScale])
    // Sums are multiples of 2^-10, and so is the bias.
    try builder.constant("b", [24], (0..<24).map { Float($0 * 37 - 400) * 0x1p-10 })
    for (name, shape) in [("z", []), ("wq", [24, 40])] as [(String, [Int])] {
      let count = shape.reduce(1, *)
      let bytes = (0..<count).map { _ in
        name == "z" ? 0 : UInt8(bitPattern: Int8.random(in: -128...127, using: &generator))
      }
      builder.add(
        try Weight(
          id: WeightID(UInt32(builder.weights.count + 1)), name: name, elementType: .int8,
          shape: Shape(shape), dense: Storage(bytes)))
    }
    builder.node("QuantizeLinear", ["x", "xs", "z"], ["q"])
    builder.node("DequantizeLinear", ["q", "xs", "z"], ["d"])
    builder.node("DequantizeLinear", ["wq", "ws", "z"], ["w"])
    builder.node("Gemm", ["d", "w", "b"], ["s"], name: "layer", [Attribute("transB", .int(1))])
    builder.node("QuantizeLinear", ["s", "ys", "z"], ["r"])
    builder.node("DequantizeLinear", ["r", "ys", "z"], ["y"])
    builder.outputs("y")
    return builder
  }

  @Test(
    "sums are shifted, and halves go to the even neighbour, just as floats are rounded",
    arguments: [0x1p-10, 0x1p-3, 0.5, 2, 0x1p10] as [Float])
  func shifts(outputScale: Float) throws {
    var generator = SeededGenerator(seed: 9)
    let model = try model(outputScale: outputScale, &generator).model
    let elements = (0..<640).map { _ in Float.random(in: -8...8, using: &generator) }
    let inputs = ["x": try tensor(elements, [16, 40])]
    let plan = try Plan(model)
    #expect(plan.layers.contains { $0.reason == "quantized pair run in integers and shifts" })
    var fused = Engine(plan, threads: 2)
    var apart = Engine(try Plan(model, options: PlanOptions(fuses: false)))
    let found = try #require(try fused.run(inputs)["y"]).floats()
    #expect(found == (try #require(try apart.run(inputs)["y"]).floats()))
    #expect(Set(found).count > 1 || outputScale > 1000)
  }
}
