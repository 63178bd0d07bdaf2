import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

/// A network that is one layer between dequantized operands.
private struct Pair {
  var type = ElementType.uint8
  var zero = 0
  var weightType = ElementType.int8
  var weightZeros = [0]
  var perChannel = false
  /// The nodes between the layer and its QuantizeLinear.
  var activation: (type: String, bounds: [Float])?
  /// The output's zero point; `nil` leaves the output as it is.
  var outputZero: Int? = 0
  var bias = Bias.sums

  enum Bias: CaseIterable {
    case none, sums, floats
  }

  private let outputScale: Float = 0.75
}

extension ModelBuilder {
  fileprivate mutating func integers(
    _ name: String, _ type: ElementType, _ shape: [Int], _ all: [Int]
  ) throws {
    var bytes: [UInt8] = []
    for element in all {
      if type == .int32 {
        bytes.appendLittleEndian(Int32(element))
      } else {
        bytes.append(UInt8(truncatingIfNeeded: element))
      }
    }
    add(
      try Weight(
        id: WeightID(UInt32(weights.count + 1)), name: name, elementType: type,
        shape: Shape(shape), dense: Storage(bytes)))
  }
}

extension Pair {
  private func lowest(_ type: ElementType) -> Int { type == .int8 ? -128 : 0 }

  /// The input quantized and dequantized, as "d"; a weight so, as "w"; and a bias as "b".
  fileprivate func start(
    weight shape: [Int], columns: Int, axis: Int, _ generator: inout SeededGenerator
  ) throws -> ModelBuilder {
    var builder = ModelBuilder()
    let range = lowest(weightType)...(lowest(weightType) + 255)
    let count = shape.reduce(1, *)
    try builder.constant("xs", [], [0.05])
    try builder.integers("xz", type, [], [zero])
    builder.node("QuantizeLinear", ["x", "xs", "xz"], ["q"])
    builder.node("DequantizeLinear", ["q", "xs", "xz"], ["d"])
    try builder.integers(
      "wq", weightType, shape, (0..<count).map { _ in Int.random(in: range, using: &generator) })
    let channels = perChannel ? columns : 1
    let scales = (0..<channels).map { Float($0 % 3 + 1) / 512 }
    try builder.constant("ws", perChannel ? [columns] : [], scales)
    let zeros = (0..<channels).map { weightZeros[$0 % weightZeros.count] }
    try builder.integers("wz", weightType, perChannel ? [columns] : [], zeros)
    builder.node(
      "DequantizeLinear", ["wq", "ws", "wz"], ["w"], [Attribute("axis", .int(axis))])
    switch bias {
    case .none: break
    case .floats: try builder.constant("b", [columns], (0..<columns).map { Float($0) / 7 - 1 })
    case .sums:
      try builder.integers("bq", .int32, [columns], (0..<columns).map { $0 * 900 - 2000 })
      try builder.constant("bs", perChannel ? [columns] : [], scales.map { $0 * 0.05 })
      builder.node("DequantizeLinear", ["bq", "bs"], ["b"], [Attribute("axis", .int(0))])
    }
    return builder
  }

  /// The nodes behind the layer, which makes "y0".
  fileprivate func finish(_ builder: inout ModelBuilder) throws {
    var last = "y0"
    if let activation {
      var names: [String] = []
      for (index, bound) in activation.bounds.enumerated() {
        names.append("bound\(index)")
        try builder.constant("bound\(index)", [], [bound])
      }
      builder.node(activation.type, [last] + names, ["y1"])
      last = "y1"
    }
    if let outputZero {
      try builder.constant("ys", [], [outputScale])
      try builder.integers("yz", type, [], [outputZero])
      builder.node("QuantizeLinear", [last, "ys", "yz"], ["y2"])
      builder.node("DequantizeLinear", ["y2", "ys", "yz"], ["y3"])
      last = "y3"
    }
    builder.outputs(last)
  }

  fileprivate func convolution(
    group: Int = 1, _ generator: inout SeededGenerator
  ) throws -> ModelBuilder {
    var builder = try start(weight: [6, 6 / group, 3, 3], columns: 6, axis: 0, &generator)
    builder.input("x", [.known(2), .known(6), .known(7), .known(5)])
    builder.node(
      "Conv", ["d", "w"] + (bias == .none ? [] : ["b"]), ["y0"], name: "layer",
      [Attribute("pads", .ints([1, 1, 1, 1])), Attribute("group", .int(group))])
    try finish(&builder)
    return builder
  }

  fileprivate func gemm(isTransposed: Bool, _ generator: inout SeededGenerator) throws
    -> ModelBuilder
  {
    let shape = isTransposed ? [10, 21] : [21, 10]
    var builder = try start(
      weight: shape, columns: 10, axis: isTransposed ? 0 : 1, &generator)
    builder.input("x", [.known(20), .known(21)])
    builder.node(
      "Gemm", ["d", "w"] + (bias == .none ? [] : ["b"]), ["y0"], name: "layer",
      [Attribute("transB", .int(isTransposed ? 1 : 0))])
    try finish(&builder)
    return builder
  }

  fileprivate func product(_ generator: inout SeededGenerator) throws -> ModelBuilder {
    var builder = try start(weight: [21, 10], columns: 10, axis: -1, &generator)
    builder.input("x", [.known(2), .known(10), .known(21)])
    builder.node("MatMul", ["d", "w"], [bias == .none ? "y0" : "p"], name: "layer")
    if bias != .none { builder.node("Add", ["b", "p"], ["y0"]) }
    try finish(&builder)
    return builder
  }

  /// Checks that a layer runs on integers, and makes what its nodes make one by one: mostly the
  /// same step, never one further than the next.
  fileprivate func check(
    _ builder: ModelBuilder, _ generator: inout SeededGenerator,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let plan = try Plan(builder.model)
    let layer = try #require(plan.layers.first { $0.label == "layer" }, sourceLocation: location)
    #expect(layer.reason == "quantized pair run in integers", sourceLocation: location)
    let dimensions = try #require(plan.inputs[0].dimensions).map { dimension in
      if case .known(let size) = dimension { size } else { 1 }
    }
    let count = dimensions.reduce(1, *)
    let elements = (0..<count).map { _ in Float.random(in: -4...9, using: &generator) }
    let given = ["x": try tensor(elements, dimensions)]
    var whole = Engine(plan, threads: 2)
    var parts = Engine(try Plan(builder.model, options: PlanOptions(fuses: false)))
    let name = plan.outputs[0]
    let found = try #require(try whole.run(given)[name]).floats()
    let expected = try #require(try parts.run(given)[name]).floats()
    let differences = zip(found, expected).map { abs($0 - $1) }
    let isRounded = outputZero != nil
    let limit = isRounded ? outputScale * 1.001 : 1e-4
    #expect(differences.allSatisfy { $0 <= limit }, sourceLocation: location)
    let other = differences.count { $0 > 1e-4 }
    #expect(other * 50 <= count, "\(other) of \(count)", sourceLocation: location)
    #expect(Set(expected).count > 8, "results are not all alike", sourceLocation: location)
  }
}

@Test(
  "A convolution between dequantized operands runs on integers",
  arguments: [ElementType.uint8, .int8], Pair.Bias.allCases)
private func convolutionPairs(type: ElementType, bias: Pair.Bias) throws {
  var generator = SeededGenerator(seed: 71)
  for (weightType, zeros) in [(ElementType.int8, [0]), (.int8, [3, -7]), (.uint8, [128, 90])] {
    for perChannel in [false, true] {
      for outputZero in [Int?.some(20), nil] {
        let pair = Pair(
          type: type, zero: 11, weightType: weightType, weightZeros: zeros,
          perChannel: perChannel, outputZero: outputZero, bias: bias)
        for group in [1, 2, 6] {
          try pair.check(try pair.convolution(group: group, &generator), &generator)
        }
      }
    }
  }
}

@Test(
  "A product between dequantized operands runs on integers",
  arguments: [ElementType.uint8, .int8], Pair.Bias.allCases)
private func productPairs(type: ElementType, bias: Pair.Bias) throws {
  var generator = SeededGenerator(seed: 72)
  for perChannel in [false, true] {
    for outputZero in [Int?.some(20), nil] {
      let pair = Pair(
        type: type, zero: 4, weightZeros: [0, 5], perChannel: perChannel,
        outputZero: outputZero, bias: bias)
      try pair.check(try pair.gemm(isTransposed: true, &generator), &generator)
      try pair.check(try pair.gemm(isTransposed: false, &generator), &generator)
      try pair.check(try pair.product(&generator), &generator)
    }
  }
}

@Test("A bound before the output is quantized is a bound of the integers")
private func boundedPairs() throws {
  var generator = SeededGenerator(seed: 73)
  let activations: [(String, [Float])] = [("Relu", []), ("Clip", [0, 6]), ("Clip", [-20, 30])]
  for (name, bounds) in activations {
    for (type, outputZero) in [(ElementType.uint8, 0), (.uint8, 100), (.int8, 0), (.int8, -128)] {
      var pair = Pair(type: type, zero: 9, activation: (name, bounds), outputZero: outputZero)
      pair.perChannel = true
      let builder = try pair.convolution(&generator)
      try pair.check(builder, &generator)
      let plan = try Plan(builder.model)
      #expect(!plan.layers.contains { $0.operation == name })
    }
  }
}

@Test("A weight stays in 8 bits, and what other nodes need is still dequantized")
private func sharedPairs() throws {
  var generator = SeededGenerator(seed: 74)
  let pair = Pair()
  var builder = try pair.gemm(isTransposed: true, &generator)
  #expect(try Plan(builder.model).layers.allSatisfy { $0.weightBytes < 21 * 16 * 2 })
  #expect(
    try Plan(builder.model).layers.map(\.operation) == [
      "QuantizeLinear", "QLinearMatMul", "DequantizeLinear",
    ])
  // The layer's own output, or its input as float32, is asked for too.
  builder.outputs("y0", "d")
  let plan = try Plan(builder.model)
  #expect(
    plan.layers.map(\.operation) == [
      "QuantizeLinear", "DequantizeLinear", "MatMulInteger", "QuantizeLinear", "DequantizeLinear",
    ])
  try pair.check(builder, &generator)
}

@Test("Layers whose operands are not all dequantized, or whose sums may not fit, stay as they are")
private func otherPairs() throws {
  var generator = SeededGenerator(seed: 75)
  let pair = Pair()
  var builder = try pair.start(weight: [4, 40000], columns: 4, axis: 0, &generator)
  builder.input("x", [.known(1), .known(40000)])
  builder.node("Gemm", ["d", "w", "b"], ["y0"], [Attribute("transB", .int(1))])
  try pair.finish(&builder)
  #expect(try Plan(builder.model).layers.map(\.operation).contains("Gemm"))
  builder = try pair.start(weight: [4, 6], columns: 4, axis: 0, &generator)
  builder.input("x", [.known(1), .known(6)])
  builder.node("Gemm", ["x", "w", "b"], ["y0"], [Attribute("transB", .int(1))])
  try pair.finish(&builder)
  #expect(try Plan(builder.model).layers.map(\.operation).first == "Gemm")
}

@Test(
  "What only moves integers between two scales that are the same moves the integers",
  arguments: [ElementType.uint8, .int8])
private func movedPairs(type: ElementType) throws {
  var generator = SeededGenerator(seed: 76)
  var builder = ModelBuilder()
  builder.input("x", [.known(2), .known(21), .known(5), .known(6)])
  try builder.constant("s", [], [0.05])
  try builder.integers("z", type, [], [type == .int8 ? -20 : 40])
  builder.node("QuantizeLinear", ["x", "s", "z"], ["q0"])
  builder.node("DequantizeLinear", ["q0", "s", "z"], ["d0"])
  builder.node(
    "MaxPool", ["d0"], ["m"],
    [
      Attribute("kernel_shape", .ints([3, 2])), Attribute("strides", .ints([2, 1])),
      Attribute("pads", .ints([1, 0, 1, 1])),
    ])
  builder.node("QuantizeLinear", ["m", "s", "z"], ["q1"])
  builder.node("DequantizeLinear", ["q1", "s", "z"], ["d1"])
  builder.node("Flatten", ["d1"], ["f"])
  builder.node("QuantizeLinear", ["f", "s", "z"], ["q2"])
  builder.node("DequantizeLinear", ["q2", "s", "z"], ["y"])
  builder.outputs("y")
  let plan = try Plan(builder.model)
  #expect(!plan.layers.dropFirst().dropLast().contains { $0.operation.hasSuffix("Linear") })
  let elements = (0..<1260).map { _ in Float.random(in: -9...9, using: &generator) }
  let given = ["x": try tensor(elements, [2, 21, 5, 6])]
  var whole = Engine(plan, threads: 2)
  var parts = Engine(try Plan(builder.model, options: PlanOptions(fuses: false)))
  let found = try #require(try whole.run(given)["y"]).floats()
  let expected = try #require(try parts.run(given)["y"]).floats()
  #expect(found == expected)
}
