import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

/// A constant of 8-bit integers.
private func bytes(_ id: UInt32, _ name: String, _ type: ElementType, _ shape: [Int], _ all: [Int])
  throws -> Weight
{
  try Weight(
    id: WeightID(id), name: name, elementType: type, shape: Shape(shape),
    dense: Storage(all.map { UInt8(truncatingIfNeeded: $0) }))
}

extension ModelBuilder {
  fileprivate mutating func integers(
    _ name: String, _ type: ElementType, _ shape: [Int], _ all: [Int]
  ) throws {
    add(try bytes(UInt32(weights.count + 1), name, type, shape, all))
  }
}

@Test("A constant that is dequantized is worked out while planning")
func dequantizedConstants() throws {
  var builder = ModelBuilder()
  builder.input("x", [.known(1), .known(2)])
  try builder.integers("q", .int8, [2, 2], [-128, 127, 4, -3])
  try builder.constant("s", [2], [0.5, 2])
  try builder.integers("z", .int8, [2], [0, 1])
  builder.node("DequantizeLinear", ["q", "s", "z"], ["w"], [Attribute("axis", .int(1))])
  builder.node("MatMul", ["x", "w"], ["y"])
  builder.outputs("y")
  let plan = try Plan(builder.model)
  #expect(plan.layers.map(\.operation) == ["MatMul"])
  var engine = Engine(plan)
  let y = try #require(try engine.run(["x": tensor([1, 10], [1, 2])])["y"])
  #expect(try y.floats() == [-64 + 20, 252 - 80])
}

@Test("Quantizing, convolving integers and scaling back keeps channels last in between")
func quantizedChain() throws {
  var generator = SeededGenerator(seed: 51)
  var builder = ModelBuilder()
  builder.input("x", [.known(2), .known(3), .known(5), .known(4)])
  try builder.constant("one", [], [0.5])
  try builder.integers("zero", .uint8, [], [30])
  let w = (0..<24).map { _ in Int.random(in: -9...9, using: &generator) }
  try builder.integers("w", .int8, [4, 3, 1, 2], w)
  try builder.constant("ws", [4], [1, 0.5, 2, 1])
  try builder.integers("wz", .int8, [4], [0, 0, 0, 0])
  try builder.constant("ys", [], [2])
  try builder.integers("yz", .int8, [], [0])
  builder.node("QuantizeLinear", ["x", "one", "zero"], ["q"])
  builder.node(
    "QLinearConv", ["q", "one", "zero", "w", "ws", "wz", "ys", "yz"], ["c"])
  builder.node("DequantizeLinear", ["c", "ys", "yz"], ["y"])
  builder.outputs("y")
  let x = (0..<120).map { _ in Float(Int.random(in: -20...20, using: &generator)) / 2 }
  let plan = try Plan(builder.model)
  var one = Engine(plan, threads: 1)
  var two = Engine(plan, threads: 2)
  let given = ["x": try tensor(x, [2, 3, 5, 4])]
  let y = try #require(try one.run(given)["y"])
  #expect(y.shape.dimensions == [2, 4, 5, 3])
  var expected: [Float] = []
  for image in 0..<2 {
    for channel in 0..<4 {
      for place in 0..<15 {
        var sum = 0
        for input in 0..<3 {
          for tap in 0..<2 {
            let index = ((image * 3 + input) * 5 + place / 3) * 4 + place % 3 + tap
            sum +=
              Int((x[index] / 0.5).rounded(.toNearestOrEven)) * w[(channel * 3 + input) * 2 + tap]
          }
        }
        let scale: Float = 0.5 * [1, 0.5, 2, 1][channel] / 2
        let rounded = (Float(sum) * scale).rounded(.toNearestOrEven)
        expected.append(min(max(rounded, -128), 127) * 2)
      }
    }
  }
  #expect(try y.floats() == expected)
  #expect(try two.run(given)["y"]?.floats() == expected)
}

@Test("Integer matrices broadcast, with zero points for each row and each column")
func integerMatrices() throws {
  var generator = SeededGenerator(seed: 52)
  func numbers(_ count: Int) -> [Int] {
    (0..<count).map { _ in Int.random(in: 0...255, using: &generator) }
  }
  func matrix(_ all: [Int], _ shape: [Int]) throws -> Tensor {
    try Tensor(
      elementType: .uint8, shape: Shape(shape), storage: Storage(all.map { UInt8($0) }))
  }
  let (a, b, za, zb) = (numbers(2 * 3 * 5), numbers(2 * 5 * 4), numbers(3), numbers(4))
  var builder = ModelBuilder()
  builder.input("a", nil, .uint8)
  builder.input("b", nil, .uint8)
  builder.input("za", nil, .uint8)
  builder.input("zb", nil, .uint8)
  builder.node("MatMulInteger", ["a", "b", "za", "zb"], ["y"])
  builder.outputs("y")
  var engine = Engine(try Plan(builder.model))
  let y = try #require(
    try engine.run([
      "a": matrix(a, [2, 1, 3, 5]), "b": matrix(b, [2, 5, 4]), "za": matrix(za, [3]),
      "zb": matrix(zb, [4]),
    ])["y"])
  #expect(y.shape.dimensions == [2, 2, 3, 4])
  var expected: [UInt8] = []
  for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
    for row in 0..<3 {
      for column in 0..<4 {
        let sum = (0..<5).reduce(0) { sum, k in
          sum + (a[(i * 3 + row) * 5 + k] - za[row]) * (b[(j * 5 + k) * 4 + column] - zb[column])
        }
        expected.appendLittleEndian(Int32(sum))
      }
    }
  }
  #expect(y.storage.copied() == expected)
}

@Test("Scales that do not go with their tensor are refused")
func wrongScales() throws {
  var builder = ModelBuilder()
  builder.input("x", [.known(2), .known(3)])
  try builder.constant("s", [2], [1, 1])
  builder.node("QuantizeLinear", ["x", "s"], ["y"])
  builder.outputs("y")
  var engine = Engine(try Plan(builder.model))
  let given = ["x": try tensor([1, 2, 3, 4, 5, 6], [2, 3])]
  #expect(throws: EngineError.self) { try engine.run(given) }
}
